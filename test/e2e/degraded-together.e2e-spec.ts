import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_ENDPOINT, CHAT_MODEL, EMBEDDING_MODEL, send } from './support/clients.js';
import { runKeys } from './support/run-keys.js';

const WAIT = { timeout: 60_000, interval: 100 };
/** Far above what an answer takes, and below every time-out of Redis and S3: whoever waited for one would be found out. */
const ANSWER_TIMEOUT_MS = 15_000;
const DEPLOYED_MODEL = 'Qwen2.5-7B-Instruct/deployed';
const MODEL_KEY = 'emd-key-of-the-deployed-model';
const NOWHERE = 'http://127.0.0.1:1';
/** Everything of AWS but the models themselves, at an address where nothing listens. */
const WITHOUT_AWS = {
  AWS_ENDPOINT_URL_S3: NOWHERE,
  AWS_ENDPOINT_URL_CLOUDFORMATION: NOWHERE,
  AWS_ENDPOINT_URL_SAGEMAKER: NOWHERE,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE,
};

/** A system whose keys are in S3, one of them with limits that are shared through Redis, and whose models are partly discovered. */
describe('Realtime, while everything that it does not need is away', () => {
  let system: System;
  let home: string;
  let key: string;

  const start = async (): Promise<void> => {
    home = await mkdtemp(join(tmpdir(), 'sluice-degraded-'));
    const environment = {
      SLUICE_HOME: home,
      SLUICE_KEYS_STORE: 's3',
      SLUICE_KEYS_RELOAD_MS: '200',
      SLUICE_DISCOVERY: 'emd',
      SLUICE_DISCOVERY_INTERVAL_MS: '300',
    };
    system = await startSystem({ environment });
    const controlled = await Promise.all([
      control('secrets/EMD-APIKey-Secrets', { [DEPLOYED_MODEL]: MODEL_KEY }),
      control('stacks/EMD-Model-deployed', {
        outputs: { Model: DEPLOYED_MODEL, SageMakerEndpointName: CHAT_ENDPOINT, ModelAPIKey: 'https://console' },
        parameters: { ServiceType: 'sagemaker_realtime', EngineType: 'vllm' },
      }),
    ]);
    expect(controlled).toEqual([true, true]);
    const printed = await runKeys(
      system.commandEnvironment,
      'create',
      '--tenant',
      'acme',
      '--requests-per-minute',
      '6000',
    );
    key = /sk-sluice-[\w-]{32}/.exec(printed)?.[0] ?? '';
    await expect.poll(() => chat(key, CHAT_MODEL).catch(String), WAIT).toBe('here');
    await expect.poll(() => chat(MODEL_KEY, DEPLOYED_MODEL).catch(String), WAIT).toBe('here');
  };

  afterEach(async () => {
    await system?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const control = async (path: string, body: object): Promise<boolean> =>
    (await fetch(`${system.controlUrl}/${path}`, { method: 'PUT', body: JSON.stringify(body) })).ok;
  const clientOf = (apiKey: string): OpenAI =>
    new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey, maxRetries: 0, timeout: ANSWER_TIMEOUT_MS });
  const chat = async (apiKey: string, model: string): Promise<string | null | undefined> => {
    const messages = [{ role: 'user' as const, content: 'Reply with exactly: here' }];
    const completion = await clientOf(apiKey).chat.completions.create({ model, messages });
    return completion.choices[0]?.message.content;
  };
  /** Every kind of realtime call, by keys and models of every source. */
  const askAll = async (): Promise<unknown> => {
    const client = clientOf(key);
    const stream = await client.chat.completions.create({
      model: CHAT_MODEL,
      messages: [{ role: 'user', content: 'Reply with exactly: here and there' }],
      stream: true,
    });
    let streamed = '';
    for await (const { choices } of stream) streamed += choices[0]?.delta.content ?? '';
    const { data } = await client.embeddings.create({ model: EMBEDDING_MODEL, input: ['one', 'two'] });
    const ranked: { results: { index: number }[] } = await client.post('/rerank', {
      body: {
        model: 'bge-reranker-v2-m3/dev',
        query: 'What is the capital of France?',
        documents: ['Berlin is the capital of Germany.', 'Paris is the capital of France.'],
      },
    });
    const strangers = await Promise.all(
      ['sk-of-nobody', 'emd-key-of-nobody'].map((stranger) => chat(stranger, DEPLOYED_MODEL).catch(statusOf)),
    );
    return {
      whole: await chat(key, CHAT_MODEL),
      configuredKey: await chat(system.apiKey, CHAT_MODEL),
      deployed: await chat(MODEL_KEY, DEPLOYED_MODEL),
      streamed: streamed.trim(),
      embedded: data.length,
      best: ranked.results[0]?.index,
      strangers,
    };
  };
  const EXPECTED = {
    whole: 'here',
    configuredKey: 'here',
    deployed: 'here',
    streamed: 'here and there',
    embedded: 2,
    best: 1,
    strangers: [401, 401],
  };
  const expectDegraded = async (): Promise<void> => {
    const metrics = async (): Promise<string> => (await send(system, '/metrics')).text;
    for (const check of ['redis', 'object-store'])
      await expect.poll(metrics, WAIT).toContain(`sluice_check_ok{check="${check}"} 0`);
    await expect.poll(metrics, WAIT).toMatch(/^sluice_limits_degraded 1$/m);
    for (const check of ['serving', 'catalog', 'keys'])
      expect(await metrics()).toContain(`sluice_check_ok{check="${check}"} 1`);
    const ready = await send(system, '/ready');
    expect(ready.status).toBe(503);
    expect(ready.body.error?.message).toMatch(/object-store: .*redis: /);
    expect((await send(system, '/ready?scope=realtime')).status).toBe(200);
  };

  it('answers as before while Redis and S3 are both stopped, and tells what is away', async () => {
    await start();
    await system.kill('redis', 'SIGKILL');
    await system.addFault({ target: 's3', kind: 'reset' });

    expect(await askAll()).toEqual(EXPECTED);
    await expectDegraded();
    expect(await askAll()).toEqual(EXPECTED);
  });

  it('answers as before while Redis and S3 both hang, and tells what is away', async () => {
    await start();
    await system.kill('redis', 'SIGSTOP');
    await system.addFault({ target: 's3', kind: 'stall' });

    expect(await askAll()).toEqual(EXPECTED);
    await expectDegraded();
    expect(await askAll()).toEqual(EXPECTED);
  });

  it('starts on the last good keys and models while Redis, S3 and the control plane are all away', async () => {
    await start();
    await expect
      .poll(() => readFile(join(home, 'discovered-models.json.keys'), 'utf8').catch(String), WAIT)
      .toMatch(/^\{/);
    await expect.poll(() => readFile(join(home, 'keys-cache.json'), 'utf8').catch(String), WAIT).toContain('acme');
    await system.kill('redis', 'SIGKILL');
    await system.kill('api', 'SIGKILL');
    await system.start('api', { waitFor: '/ready?scope=realtime', environment: WITHOUT_AWS });

    expect(await askAll()).toEqual(EXPECTED);
    await expectDegraded();
    expect((await send(system, '/metrics')).text).toMatch(/^sluice_discovery_age_seconds [1-9]/m);
    const logs = await system.logs('api');
    expect(logs).toContain('the last good models serve until AWS answers');
    expect(logs).toContain('the keys are those of the local copy');
  });
});

function statusOf(error: unknown): number | undefined {
  return error instanceof OpenAI.APIError ? error.status : undefined;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createInference, readInferenceConfig, type Inference } from '#inference';
import { scanJsonObject } from '#platform';
import { Account, logger } from './open-account.js';

async function open(account: Account, environment: Record<string, string> = {}): Promise<Inference> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-calls-'));
  const config = readInferenceConfig({
    SLUICE_CATALOG: 'none',
    SLUICE_DISCOVERY: 'all',
    SLUICE_DISCOVERY_CACHE: join(folder, 'models.json'),
    SLUICE_DISCOVERY_INTERVAL_MS: '3600000',
    ...environment,
  });
  const { controlPlane } = account;
  const { url: endpoint, credentials } = account.test.aws;
  const sageMaker = { ...config.sageMaker, endpoint, credentials, region: 'us-east-1' };
  const inference = await createInference(
    { ...config, sageMaker, discovery: { ...config.discovery, controlPlane } },
    logger,
  );
  onTestFinished(async () => {
    await inference.close();
    await rm(folder, { recursive: true });
  });
  return inference;
}

async function say(inference: Inference, model: string, text: string): Promise<unknown> {
  const body = { model, messages: [{ role: 'user', content: `Reply with exactly: ${text}` }] };
  const reply = await inference.useCases.chat.create({
    model,
    body: scanJsonObject(Buffer.from(JSON.stringify(body))),
    requestId: `req_${text}`,
    signal: AbortSignal.timeout(10_000),
  });
  return JSON.parse(reply.body.toString('utf8')) as unknown;
}

const answer = (model: string, content: string) => ({ model, choices: [{ message: { content } }] });

describe('a discovered model', () => {
  it('answers calls', async () => {
    const account = await Account.open();
    account.deploy('Qwen2.5-7B-Instruct/prod');
    const inference = await open(account);

    expect(inference.catalog.list().map(({ id }) => id)).toEqual(['Qwen2.5-7B-Instruct/prod']);
    expect(await say(inference, 'Qwen2.5-7B-Instruct/prod', 'one')).toMatchObject(
      answer('Qwen2.5-7B-Instruct/prod', 'one'),
    );
  });

  it('B15: answers calls while a look-up hangs', async () => {
    const account = await Account.open();
    account.deploy('Qwen2.5-7B-Instruct/dev');
    const inference = await open(account);
    account.test.aws.faults.add({ target: 'cloudformation', kind: 'slow', delayMs: 60_000 });
    let ended = false;
    const refresh = inference.discovery?.refreshNow().finally(() => (ended = true));
    await expect.poll(() => account.calls('cloudformation.ListStacks')).toBe(2);

    for (let index = 0; index < 20; index++) {
      expect(await say(inference, 'Qwen2.5-7B-Instruct', `n${index}`)).toMatchObject(
        answer('Qwen2.5-7B-Instruct', `n${index}`),
      );
    }
    expect(ended).toBe(false);
    await inference.close();
    await refresh;
  });

  it('B14: is found by the first caller who names it, without a flood of look-ups', async () => {
    const account = await Account.open();
    const inference = await open(account, { SLUICE_DISCOVERY_UNKNOWN_MODEL_MS: '100' });
    account.deploy('Qwen2.5-7B-Instruct/dev');

    await expect
      .poll(async () => {
        try {
          return await say(inference, 'Qwen2.5-7B-Instruct', 'hello');
        } catch (error) {
          return error;
        }
      })
      .toMatchObject(answer('Qwen2.5-7B-Instruct', 'hello'));
    expect(account.calls('cloudformation.ListStacks')).toBe(2);
  });

  it('B35: answers after a start with AWS down, by what was kept on disk', async () => {
    const account = await Account.open();
    account.deploy('Qwen2.5-7B-Instruct/dev');
    const folder = await mkdtemp(join(tmpdir(), 'sluice-calls-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const environment = { SLUICE_DISCOVERY_CACHE: join(folder, 'kept.json') };
    await (await open(account, environment)).close();
    account.test.aws.faults.add({ target: 'cloudformation', kind: 'error' });
    account.test.aws.faults.add({ target: 'secretsmanager', kind: 'error' });

    const restartedAtMs = Date.now();

    const inference = await open(account, environment);
    await inference.discovery?.refreshNow();

    // What is known is older than this process.
    const ageMs = (inference.discovery?.ageSeconds() ?? 0) * 1000;
    expect(ageMs).toBeGreaterThanOrEqual(Date.now() - restartedAtMs - 1);
    expect(await say(inference, 'Qwen2.5-7B-Instruct', 'still')).toMatchObject(answer('Qwen2.5-7B-Instruct', 'still'));
  });

  it('needs discovery where no catalog file is named', async () => {
    const config = readInferenceConfig({ SLUICE_CATALOG: 'none' });
    await expect(createInference(config, logger)).rejects.toThrow('set SLUICE_DISCOVERY');
  });
});

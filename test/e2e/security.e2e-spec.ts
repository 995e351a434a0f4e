import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '#scripts/launcher/ports';
import { RunningCommand, until } from '#scripts/testing/running-command';
import { startSystem, type System } from '../setup/processes.js';
import { cleanEnvironment } from '../setup/test-environment.js';
import { createBatch, embeddingLines, finishedBatch, uploadInput } from './support/batches.js';
import { CHAT_ENDPOINT, CHAT_MODEL, EMBEDDING_ENDPOINT, EMBEDDING_MODEL, impatientClient } from './support/clients.js';
import { startRecorder, type Recorder } from './support/recorder.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SEPARATORS = /[\r\n]/;

describe('security', () => {
  let system: System;
  let recorder: Recorder;
  let folder: string;

  beforeAll(async () => {
    recorder = await startRecorder();
    folder = await mkdtemp(join(tmpdir(), 'sluice-security-'));
    const catalog = join(folder, 'catalog.yaml');
    await writeFile(
      catalog,
      `models:
  - id: recorded/dev
    type: chat
    target: { kind: http, baseUrl: '${recorder.url}' }
    transports: [http]
    adapter: openai
  - id: ${CHAT_MODEL}
    type: chat
    target: { kind: sagemaker, endpoint: ${CHAT_ENDPOINT} }
    transports: [invoke, invoke-stream]
    adapter: openai
  - id: ${EMBEDDING_MODEL}
    type: embedding
    target: { kind: sagemaker, endpoint: ${EMBEDDING_ENDPOINT} }
    transports: [invoke]
    adapter: openai
`,
    );
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog, SLUICE_LOG_LEVEL: 'debug' } });
  });

  afterAll(async () => {
    await system?.stop();
    recorder.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${system.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  const messages = [{ role: 'user', content: 'Reply with exactly: hello' }];

  it('bar 1: a caller never sets where a call goes: neither URL nor endpoint, region, role or component', async () => {
    const elsewhere = {
      base_url: recorder.url,
      api_base: recorder.url,
      endpoint: 'another-endpoint',
      endpoint_name: 'another-endpoint',
      aws_region_name: 'eu-central-1',
      region: 'eu-central-1',
      role_arn: 'arn:aws:iam::123456789012:role/other',
      target: { kind: 'http', baseUrl: recorder.url },
    };
    const before = recorder.requests.length;
    const answer = await post(
      '/v1/chat/completions',
      { model: CHAT_MODEL, messages, ...elsewhere },
      {
        'x-amzn-sagemaker-target-model': 'other.tar.gz',
        'x-amzn-sagemaker-target-variant': 'other',
        'x-amzn-sagemaker-inference-component': 'other',
        'x-amzn-sagemaker-custom-attributes': 'route=/other',
        'x-forwarded-host': 'elsewhere.example.com',
      },
    );
    expect(answer.status).toBe(200);
    expect((await system.witness()).at(-1)?.endpoint).toBe(CHAT_ENDPOINT);
    expect(recorder.requests.length).toBe(before);
  });

  it('bar 1: a model name is looked up and never becomes an address', async () => {
    const before = (await system.witness()).length;
    const names = [
      recorder.url,
      `${recorder.url}/v1`,
      '../../another-endpoint',
      'EMD-Model-bge-m3-endpoint',
      'arn:aws:sagemaker:us-east-1:123456789012:endpoint/x',
      's3://sluice/t/default/files/x',
      `${CHAT_MODEL}\r\nx-injected: 1`,
      '__proto__',
      'constructor',
    ];
    for (const model of names) {
      const answer = await post('/v1/chat/completions', { model, messages });
      expect(`${model} ${answer.status}`).toBe(`${model} 404`);
      expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('model_not_found');
    }
    expect((await system.witness()).length).toBe(before);
  });

  it('bar 1: ids of files and batches never become keys of the bucket outside the tenant', async () => {
    const authorization = `Bearer ${system.apiKey}`;
    for (const id of [
      '..%2f..%2f..%2factive%2fx',
      '%2e%2e',
      'file-%2f..%2f..%2fkeys',
      's3:%2f%2fother%2fkey',
      'file-%00',
    ]) {
      const batches = [`/v1/batches/${id}`, `/v1/batches/${id}/results`, `/v1/jobs/${id}`, `/v1/jobs/${id}/results`];
      for (const path of [`/v1/files/${id}`, `/v1/files/${id}/content`, ...batches]) {
        const { status } = await fetch(`${system.baseUrl}${path}`, { headers: { authorization } });
        expect(`${path} ${[400, 404].includes(status)}`).toBe(`${path} true`);
      }
    }
    const batch = { endpoint: '/v1/embeddings', completion_window: '24h', input_file_id: '../../other/files/file-1' };
    expect([400, 404]).toContain((await post('/v1/batches', batch)).status);
  });

  it('bar 2: addresses in a request are never fetched by Sluice', async () => {
    const before = recorder.requests.length;
    const image = { type: 'image_url', image_url: { url: `${recorder.url}/image.png` } };
    await (
      await post('/v1/chat/completions', { model: CHAT_MODEL, messages: [{ role: 'user', content: [image] }] })
    ).text();
    await (await post('/v1/embeddings', { model: EMBEDDING_MODEL, input: `${recorder.url}/text` })).text();
    await (
      await post('/v1/batches', {
        endpoint: '/v1/embeddings',
        completion_window: '24h',
        input_file_id: `${recorder.url}/input.jsonl`,
      })
    ).text();
    expect(recorder.requests.length).toBe(before);
  });

  it('bar 4: headers of the caller stay here, and those of a model server stay there', async () => {
    const answer = await post(
      '/v1/chat/completions',
      { model: 'recorded/dev', messages },
      {
        cookie: 'session=of-the-caller',
        'x-api-key': 'another-key',
        'x-amz-security-token': 'of-the-caller',
        'x-amzn-trace-id': 'Root=1',
        'x-forwarded-for': '203.0.113.9',
        'proxy-authorization': 'Basic YTpi',
        te: 'trailers',
      },
    );
    expect(answer.status).toBe(200);
    const { headers } = recorder.requests.at(-1) ?? { headers: {} };
    const sent = Object.keys(headers);
    for (const name of ['cookie', 'authorization', 'x-api-key', 'proxy-authorization', 'te', 'x-forwarded-for']) {
      expect(sent).not.toContain(name);
    }
    expect(sent.filter((name) => name.startsWith('x-amz'))).toEqual([]);
    for (const name of ['set-cookie', 'x-amzn-requestid', 'server']) expect(answer.headers.get(name)).toBeNull();
  });

  it('bar 4: a header value with a line break in it never gets through', async () => {
    const answer = await post('/v1/chat/completions', { model: 'recorded/dev', messages, user: 'a\r\nx-injected: 1' });
    expect(answer.status).toBe(200);
    const { headers } = recorder.requests.at(-1) ?? { headers: {} };
    expect(Object.keys(headers)).not.toContain('x-injected');
    expect(Object.values(headers).filter((value) => SEPARATORS.test(String(value)))).toEqual([]);
  });

  it('bar 6: no prompt, output, file content or presigned URL is ever logged, at any level', async () => {
    const canary = (what: string): string => `canary-${what}-7f3a9c`;
    const presigned = `https://bucket.s3.amazonaws.com/image.png?X-Amz-Signature=${canary('signature')}`;
    const said = [{ role: 'user', content: `Reply with exactly: ${canary('prompt')}` }];
    const whole = await post('/v1/chat/completions', { model: CHAT_MODEL, messages: said, user: canary('user') });
    expect(await whole.text()).toContain(canary('prompt'));
    await (await post('/v1/chat/completions', { model: CHAT_MODEL, messages: said, stream: true })).text();
    await (await post('/v1/chat/completions', `{"model":"${CHAT_MODEL}","messages":[${canary('broken')}`)).text();
    await (await post('/v1/chat/completions', { model: CHAT_MODEL, messages: canary('type') })).text();
    const image = { type: 'image_url', image_url: { url: presigned } };
    await (
      await post('/v1/chat/completions', { model: CHAT_MODEL, messages: [{ role: 'user', content: [image] }] })
    ).text();
    await (await post(`/v1/unknown?token=${canary('query')}`, {})).text();

    // A container that quotes the request in its own error.
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'error', message: `failed on ${canary('quoted')}` });
    await (await post('/v1/chat/completions', { model: CHAT_MODEL, messages: said })).text();
    await system.clearFaults();

    const client = impatientClient(system);
    const lines = embeddingLines(3).replaceAll('passage number', canary('file'));
    const batch = await createBatch(client, await uploadInput(client, lines));
    await finishedBatch(client, batch.id);

    for (const part of ['api', 'worker'] as const) {
      const text = await system.logs(part);
      expect(text.length).toBeGreaterThan(0);
      expect(text.split('\n').filter((line) => line.includes('canary-'))).toEqual([]);
    }
    // That the test would see one: the paths that were asked are logged by route.
    expect(await system.logs('api')).toContain('"route":"/chat/completions"');
  });

  it('bar 9: webhooks and recordings never lead into the network of Sluice, nor does a secret show twice', async () => {
    const client = impatientClient(system);
    const request = { name: 'x', event_types: ['batch.completed' as const] };
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '169.254.169.254', '10.0.0.1']) {
      await expect(client.webhooks.create({ ...request, url: `https://${host}/` })).rejects.toMatchObject({
        status: 400,
        code: 'address_refused',
        param: 'url',
      });
    }
    const made = await client.webhooks.create({ ...request, url: 'https://localhost/' });
    await expect(client.webhooks.test(made.id, { event_type: 'batch.completed' })).rejects.toMatchObject({
      status: 400,
      // By whether name servers know it.
      code: expect.stringMatching(/^address_(?:refused|unreachable)$/) as string,
      message: expect.not.stringMatching(/127\.0\.0\.1|::1/) as string,
    });
    const recording = { type: 'transcription', model: CHAT_MODEL, input_url: `${recorder.url}/talk.wav` };
    expect((await post('/v1/jobs', recording)).status).toBe(400);
    expect(JSON.stringify(await client.webhooks.retrieve(made.id))).not.toContain(made.signing_secret);
    for (const part of ['api', 'worker'] as const) expect(await system.logs(part)).not.toContain(made.signing_secret);
    await client.webhooks.delete(made.id);
    for (const id of ['..%2f..%2f..%2factive%2fx', 'whe_%2f..', '%2e%2e'])
      expect([400, 404]).toContain((await post(`/v1/webhook_endpoints/${id}`, {})).status);
  });

  it('bar 12: readiness tells of credentials that AWS refuses, of S3, and of Redis', async () => {
    const [port, closed] = await Promise.all([findFreePort(), findFreePort()]);
    const origin = new URL(system.controlUrl).origin;
    const api = new RunningCommand(['dist/apps/api/src/main.js'], {
      cwd: root,
      environment: {
        ...cleanEnvironment(),
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'sluice-local',
        AWS_SECRET_ACCESS_KEY: 'not-the-secret',
        AWS_ENDPOINT_URL_S3: origin,
        AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: origin,
        SLUICE_BUCKET: 'sluice',
        SLUICE_API_KEY: system.apiKey,
        REDIS_URL: `redis://127.0.0.1:${closed}`,
        PORT: String(port),
      },
    });
    try {
      let checks: { name: string; ok: boolean; detail?: string }[] = [];
      const look = async (): Promise<boolean> => {
        const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
        if (answer?.status !== 503) return false;
        ({ checks } = (await answer.json()) as { checks: typeof checks });
        return checks.some(({ detail }) => detail?.includes('SignatureDoesNotMatch') === true);
      };
      await until(look, () => `the api never told of its credentials, but ${JSON.stringify(checks)}`);
      const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name);
      expect(failing).toEqual(expect.arrayContaining(['object-store', 'redis']));
      expect(checks.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['keys', 'catalog']),
      );
    } finally {
      api.kill('SIGKILL');
      await api.ended;
    }
  });
});

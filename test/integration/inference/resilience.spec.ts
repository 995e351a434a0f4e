import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createInference,
  readInferenceConfig,
  type Inference,
  type InferenceConfig,
  type InferenceStream,
} from '#inference';
import { createRegistry, type Registry } from '#platform';
import { callWith, JSON_LINES_CHAT, logger, SSE_CHAT, Stage } from './open-stage.js';
import { RecordingServer } from './recording-server.js';

const COMPONENT_ENDPOINT = 'shared-endpoint';
const ROUTE_ENDPOINT = 'route-endpoint';
const MESSAGES = [{ role: 'user', content: 'Reply with exactly "größe 日本"' }];

let stage: Stage;
let server: RecordingServer;
let folder: string;
const opened: Inference[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  server = await RecordingServer.start();
  const shared = { engine: 'chat', framing: 'sse', inferenceComponent: 'part-1' } as const;
  stage = await Stage.open({
    endpoints: [
      { name: JSON_LINES_CHAT.endpoint, model: 'first', engine: 'chat', framing: 'json-lines' },
      { name: SSE_CHAT.endpoint, model: 'second', engine: 'chat', framing: 'sse' },
      { name: COMPONENT_ENDPOINT, model: 'inner', ...shared },
      { name: ROUTE_ENDPOINT, model: 'routed', engine: 'chat', framing: 'sse' },
    ],
  });
});
afterEach(async () => {
  for (const inference of opened.splice(0)) await inference.close();
  stage.reset();
  server.requests.length = 0;
});
afterAll(async () => {
  await stage.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const first = {
  id: 'first/dev',
  type: 'chat',
  target: { kind: 'sagemaker', endpoint: JSON_LINES_CHAT.endpoint },
  transports: ['invoke', 'invoke-stream'],
  adapter: 'openai',
};
const second = { ...first, id: 'second/dev', target: { kind: 'sagemaker', endpoint: SSE_CHAT.endpoint } };

let catalogs = 0;

async function open(
  models: readonly object[],
  overrides: Partial<InferenceConfig> = {},
  registry?: Registry,
): Promise<Inference> {
  catalogs++;
  const catalogPath = join(folder, `${catalogs}.yaml`);
  await writeFile(catalogPath, JSON.stringify({ models }));
  const config = { ...readInferenceConfig({}), catalogPath, sageMaker: stage.options, maxRetries: 0, ...overrides };
  const inference = await createInference(config, logger, registry);
  opened.push(inference);
  return inference;
}

async function textOf({ frames }: InferenceStream): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const frame of frames) pieces.push(frame);
  return Buffer.concat(pieces).toString('utf8');
}

const ask = (model: string, more: object = {}) => callWith({ model, messages: MESSAGES, ...more });

describe('a model with stand-ins', () => {
  const withFallback = { ...first, fallbacks: ['unknown/dev', 'second/dev'] };

  it.each(['unavailable', 'throttle', 'internal-failure', 'no-capacity', 'access-denied', 'answer-lost'])(
    'is answered for by the next one under the name that was asked for, after %s',
    async (kind) => {
      const { useCases } = await open([withFallback, second]);
      stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind });

      const reply = await useCases.chat.create(ask('first'));
      const text = await textOf(await useCases.chat.stream(ask('first', { stream: true })));

      expect(JSON.parse(reply.body.toString('utf8'))).toMatchObject({
        model: 'first',
        choices: [{ message: { content: 'größe 日本' } }],
      });
      expect(text).toContain('"model":"first"');
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(stage.aws.witness.list({ endpoint: SSE_CHAT.endpoint }).map(({ model }) => model)).toEqual([
        'second',
        'second',
      ]);
    },
  );

  it('is not answered for when it refuses the request itself', async () => {
    const { useCases } = await open([withFallback, second]);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status: 400 });

    await expect(useCases.chat.create(ask('first'))).rejects.toMatchObject({ reason: 'upstream_rejected' });
    expect(stage.outcomes(SSE_CHAT.endpoint)).toEqual([]);
  });

  it('is not answered for in bulk, whose budget is that of one endpoint', async () => {
    const { useCases } = await open([withFallback, second]);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'unavailable' });

    await expect(useCases.chat.create({ ...ask('first'), retries: 'none' })).rejects.toMatchObject({
      reason: 'upstream_unavailable',
    });
    expect(stage.outcomes(SSE_CHAT.endpoint)).toEqual([]);
  });

  it('is not answered for in one piece by an engine that only streams', async () => {
    const { useCases } = await open([withFallback, { ...second, options: { streamOnly: true } }]);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'unavailable' });

    await expect(useCases.chat.create(ask('first'))).rejects.toMatchObject({ reason: 'upstream_unavailable' });
    const text = await textOf(await useCases.chat.stream(ask('first', { stream: true })));

    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('is not answered for once its stream has begun', async () => {
    const { useCases } = await open([withFallback, second]);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'cut', afterParts: 2 });

    await expect(
      useCases.chat.stream(ask('first', { stream: true })).then((stream) => textOf(stream)),
    ).rejects.toMatchObject({ reason: 'upstream_error' });
    expect(stage.outcomes(SSE_CHAT.endpoint)).toEqual([]);
  });

  it('may have a server behind HTTP to stand in for it', async () => {
    const own = { ...first, id: 'own', target: { kind: 'http', baseUrl: server.url }, transports: ['http'] };
    const { useCases } = await open([{ ...first, fallbacks: ['own'] }, own]);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'unavailable' });
    server.respond = (_request, response) =>
      response.end('{"object":"chat.completion","model":"own","choices":[{"index":0,"message":{"content":"hi"}}]}');

    const reply = await useCases.chat.create(ask('first', { seed: 1 }));

    expect(JSON.parse(reply.body.toString('utf8'))).toMatchObject({ model: 'first' });
    expect(server.requests.map(({ path, body }) => [path, JSON.parse(body.toString('utf8'))])).toEqual([
      ['/v1/chat/completions', { model: 'own', messages: MESSAGES, seed: 1 }],
    ]);
  });
});

describe('an endpoint that keeps failing', () => {
  const breaker = { failures: 3, openMs: 60_000 };

  it('is given a pause, in which callers hear at once when to come again', async () => {
    const registry = createRegistry({ processMetrics: false });
    const { useCases } = await open([first], { circuitBreaker: breaker }, registry);
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status: 503 });
    for (let count = 0; count < 3; count++)
      await expect(useCases.chat.create(ask('first'))).rejects.toThrow('not ready');

    await expect(useCases.chat.create(ask('first'))).rejects.toMatchObject({
      reason: 'upstream_unavailable',
      status: 503,
      retryAfterSeconds: 60,
    });
    await expect(useCases.chat.stream(ask('first', { stream: true }))).rejects.toMatchObject({ status: 503 });

    expect(stage.outcomes(JSON_LINES_CHAT.endpoint)).toHaveLength(3);
    const metrics = await registry.metrics();
    expect(metrics).toContain(`sluice_endpoint_circuit_open{endpoint="${JSON_LINES_CHAT.endpoint}"} 1`);
    expect(metrics).toContain(`sluice_endpoint_calls_refused_total{endpoint="${JSON_LINES_CHAT.endpoint}"} 2`);
  });

  it('is still called by bulk, which judges by itself', async () => {
    const { useCases } = await open([first], { circuitBreaker: { ...breaker, failures: 1 } });
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'unavailable', times: 1 });
    await expect(useCases.chat.create(ask('first'))).rejects.toThrow('not available');

    const reply = await useCases.chat.create({ ...ask('first'), retries: 'none' });

    expect(reply.usage?.totalTokens).toBeGreaterThan(0);
  });

  it('serves again after one call that tried has been answered', async () => {
    const { useCases } = await open([first], { circuitBreaker: { failures: 1, openMs: 20 } });
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'unavailable', times: 1 });
    await expect(useCases.chat.create(ask('first'))).rejects.toThrow('not available');

    await expect.poll(async () => (await useCases.chat.create(ask('first'))).usage?.totalTokens).toBeGreaterThan(0);
    await expect(useCases.chat.create(ask('first'))).resolves.toBeDefined();
  });

  it('keeps none of its calls away for refusing what is in them', async () => {
    const { useCases } = await open([first], { circuitBreaker: { ...breaker, failures: 1 } });
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status: 400, times: 5 });
    for (let count = 0; count < 5; count++) {
      await expect(useCases.chat.create(ask('first'))).rejects.toMatchObject({ reason: 'upstream_rejected' });
    }

    await expect(useCases.chat.create(ask('first'))).resolves.toBeDefined();
  });

  it('is left to its stand-in at once', async () => {
    const { useCases } = await open([{ ...first, fallbacks: ['second/dev'] }, second], {
      circuitBreaker: { ...breaker, failures: 1 },
    });
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status: 503 });

    await useCases.chat.create(ask('first'));
    await useCases.chat.create(ask('first'));

    expect(stage.outcomes(JSON_LINES_CHAT.endpoint)).toHaveLength(1);
    expect(stage.outcomes(SSE_CHAT.endpoint)).toEqual(['ok', 'ok']);
  });
});

describe('what an entry says of its endpoint', () => {
  const component = { kind: 'sagemaker', endpoint: COMPONENT_ENDPOINT, inferenceComponent: 'part-1' };
  const inner = { ...first, id: 'inner/dev', target: component };

  it.each([[['invoke', 'invoke-stream']], [['openai-route']]])(
    'reaches an inference component through %j, whole and streamed',
    async (transports) => {
      const { useCases } = await open([{ ...inner, transports }]);

      const reply = await useCases.chat.create(ask('inner'));
      const text = await textOf(await useCases.chat.stream(ask('inner', { stream: true })));

      expect(reply.body.toString('utf8')).toContain('größe 日本');
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(stage.outcomes(COMPONENT_ENDPOINT)).toEqual(['ok', 'ok']);
    },
  );

  it('sends streams by the OpenAI route where it is listed, and whole answers by what is listed first', async () => {
    const routed = { ...first, id: 'routed/dev', target: { kind: 'sagemaker', endpoint: ROUTE_ENDPOINT } };
    const { useCases } = await open([{ ...routed, transports: ['invoke', 'invoke-stream', 'openai-route'] }]);

    await useCases.chat.create(ask('routed'));
    await textOf(await useCases.chat.stream(ask('routed', { stream: true })));

    expect(stage.aws.witness.list({ endpoint: ROUTE_ENDPOINT }).map(({ operation }) => operation)).toEqual([
      'InvokeEndpoint',
      'OpenAiRoute',
    ]);
  });

  it('goes upstream: custom attributes, and a digest in place of the tenant', async () => {
    const options = { customAttributes: 'route=/v1/x', prefixAwareId: true };
    const { useCases } = await open([{ ...first, options }], {
      sageMaker: { ...stage.options, endpoint: server.url },
    });
    server.respond = (_request, response) =>
      response.end('{"object":"chat.completion","model":"first","choices":[{"index":0,"message":{"content":"hi"}}]}');

    for (const tenant of ['a', 'a', 'b']) await useCases.chat.create({ ...ask('first'), tenant });

    const sent = server.requests.map(({ headers }) => headers);
    expect(sent.map((headers) => headers['x-amzn-sagemaker-custom-attributes'])).toEqual(Array(3).fill('route=/v1/x'));
    const [one, again, other] = sent.map((headers) => headers['x-amzn-sagemaker-prefix-aware-id']);
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect([again === one, other === one]).toEqual([true, false]);
  });
});

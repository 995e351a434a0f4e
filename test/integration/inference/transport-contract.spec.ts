import { getEventListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import type { Transport, TransportRequest } from '../../../libs/inference/src/transport/transport.port.js';
import {
  CHAT_TRANSPORTS,
  EMBEDDING,
  JSON_LINES_CHAT,
  openTransport,
  optionsFor,
  SSE_CHAT,
  Stage,
  TRANSPORTS,
} from './open-stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

const ASK = { messages: [{ role: 'user', content: 'Reply with exactly "größe 日本 🎉 and some more words"' }] };

function requestTo(endpoint: string, fields: object, overrides: Partial<TransportRequest> = {}): TransportRequest {
  return {
    target: { kind: 'sagemaker', endpoint },
    via: 'invoke',
    operation: 'chat',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(fields)),
    signal: new AbortController().signal,
    timeouts: { headersMs: 10_000, idleMs: 10_000 },
    ...overrides,
  };
}

const askJsonLines = (overrides?: Partial<TransportRequest>) => requestTo(JSON_LINES_CHAT.endpoint, ASK, overrides);
const askStream = (overrides?: Partial<TransportRequest>) =>
  requestTo(SSE_CHAT.endpoint, { ...ASK, stream: true, stream_options: { include_usage: true } }, overrides);

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (GatewayError.is(error)) return error;
  throw new Error('no GatewayError was thrown', { cause: error });
}

async function collect(parts: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const part of parts) chunks.push(part);
  return Buffer.concat(chunks).toString('utf8');
}

describe.each(CHAT_TRANSPORTS)('the %s transport', (kind) => {
  let transport: Transport;
  beforeAll(async () => {
    transport = await openTransport(kind, stage.options);
  });
  afterAll(() => transport.close());

  it("brings back the container's bytes", async () => {
    const { body } = await transport.invoke(askJsonLines());

    expect(JSON.parse(body.toString('utf8'))).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'größe 日本 🎉 and some more words' } }],
    });
  });

  it("streams the container's bytes", async () => {
    const text = await collect(await transport.invokeStream(askStream()));

    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text).toContain('日本');
  });

  it.each([
    ['throttle', 'upstream_throttled'],
    ['throttle-429', 'upstream_throttled'],
    ['unavailable', 'upstream_unavailable'],
    ['internal-failure', 'upstream_unavailable'],
    ['dependency', 'upstream_unavailable'],
    ['not-ready', 'upstream_unavailable'],
    ['no-capacity', 'upstream_unavailable'],
    ['access-denied', 'upstream_misconfigured'],
    ['expired-token', 'upstream_misconfigured'],
    ['answer-lost', 'upstream_unavailable'],
  ])('reports the fault %s as %s, streaming or not', async (fault, reason) => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: fault, times: 1 });
    // A stream whose answer is lost has no headers yet, either.
    stage.setFault({ target: SSE_CHAT.endpoint, kind: fault, times: 1 });

    expect((await failureOf(transport.invoke(askJsonLines()))).reason).toBe(reason);
    expect((await failureOf(transport.invokeStream(askStream()))).reason).toBe(reason);
  });

  it.each([
    [400, 'upstream_rejected', 400],
    [422, 'upstream_rejected', 422],
    [429, 'upstream_throttled', 429],
    [500, 'upstream_error', 502],
    [503, 'upstream_unavailable', 503],
  ])('reports a container status of %i as %s', async (status, reason, publicStatus) => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status });

    const failure = await failureOf(transport.invoke(askJsonLines()));

    expect(failure).toMatchObject({ reason, status: publicStatus });
    expect(failure.message).toContain('The engine failed because a fault was asked for.');
    expect(failure.message).not.toMatch(/\d{12}|https?:|EMD-Model/);
  });

  it("gives the container's own words about a wrong request", async () => {
    const failure = await failureOf(transport.invoke(requestTo(JSON_LINES_CHAT.endpoint, { ...ASK, model: 'wrong' })));

    expect(failure).toMatchObject({ reason: 'upstream_rejected', status: 404 });
    expect(failure.message).toContain('wrong');
  });

  it('reports an endpoint that does not exist', async () => {
    const failure = await failureOf(transport.invoke(requestTo('no-such-endpoint', ASK)));

    expect(failure.reason).toBe('upstream_misconfigured');
    expect(failure.message).not.toContain('no-such-endpoint');
  });

  it('reports credentials that AWS refuses', async () => {
    const wrong = await openTransport(
      kind,
      optionsFor(stage.aws.url, { accessKeyId: 'sluice-local', secretAccessKey: 'wrong' }),
    );

    const failure = await failureOf(wrong.invoke(askJsonLines()));
    await wrong.close();

    expect(failure.reason).toBe('upstream_misconfigured');
  });

  it('reports an endpoint that nobody serves', async () => {
    const nowhere = await openTransport(kind, optionsFor('http://127.0.0.1:1', stage.aws.credentials));

    const failure = await failureOf(nowhere.invoke(askJsonLines()));
    await nowhere.close();

    expect(failure.reason).toBe('upstream_unavailable');
  });

  it('reports an answer that is cut', async () => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'cut', afterBytes: 20 });

    expect((await failureOf(transport.invoke(askJsonLines()))).reason).toBe('upstream_error');
  });

  it('reports an answer that does not come', async () => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'stall' });

    const failure = await failureOf(transport.invoke(askJsonLines({ timeouts: { headersMs: 100, idleMs: 10_000 } })));

    expect(failure.reason).toBe('upstream_timeout');
    await expect.poll(() => stage.outcomes(JSON_LINES_CHAT.endpoint)).toEqual(['aborted']);
  });

  it.each([
    ['cut', 'upstream_error'],
    ['stream-error', 'upstream_error'],
    ['stream-internal-failure', 'upstream_error'],
    ['stall', 'upstream_timeout'],
  ])('gives the parts before the fault %s, then %s', async (fault, reason) => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: fault, afterParts: 2 });
    const stream = await transport.invokeStream(askStream({ timeouts: { headersMs: 10_000, idleMs: 200 } }));

    const parts: Buffer[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const part of stream) parts.push(part);
      })(),
    );

    expect(failure.reason).toBe(reason);
    expect(Buffer.concat(parts).toString('utf8')).toContain('data: {');
  });

  it('refuses a call that is aborted already', async () => {
    const failure = await failureOf(transport.invoke(askJsonLines({ signal: AbortSignal.abort() })));

    expect(failure.reason).toBe('client_closed_request');
    expect(stage.outcomes(JSON_LINES_CHAT.endpoint)).toEqual([]);
  });

  it('ends a waiting call upstream when it is aborted', async () => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'stall' });
    const controller = new AbortController();
    const failure = failureOf(transport.invoke(askJsonLines({ signal: controller.signal })));
    await expect.poll(() => stage.outcomes(JSON_LINES_CHAT.endpoint)).toEqual([undefined]);

    controller.abort(new GatewayError('shutting_down', 'going away'));

    expect((await failure).reason).toBe('shutting_down');
    await expect.poll(() => stage.outcomes(JSON_LINES_CHAT.endpoint)).toEqual(['aborted']);
  });

  it.each(['abort', 'return'] as const)('ends a stream upstream on %s', async (how) => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'stall', afterParts: 2 });
    const controller = new AbortController();
    const stream = await transport.invokeStream(askStream({ signal: controller.signal }));
    await stream.next();

    if (how === 'abort') controller.abort();
    else await stream.return?.();

    await expect.poll(() => stage.outcomes(SSE_CHAT.endpoint)).toEqual(['aborted']);
  });

  it('ends a stream that nobody reads', async () => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'stall', afterParts: 1 });
    const controller = new AbortController();
    await transport.invokeStream(askStream({ signal: controller.signal }));

    controller.abort();

    await expect.poll(() => stage.outcomes(SSE_CHAT.endpoint)).toEqual(['aborted']);
  });

  it('leaves no listener on the signal of a call, however it ends', async () => {
    const { signal } = new AbortController();
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'throttle', times: 1 });

    await failureOf(transport.invoke(askJsonLines({ signal })));
    await transport.invoke(askJsonLines({ signal }));
    await collect(await transport.invokeStream(askStream({ signal })));
    const given = await transport.invokeStream(askStream({ signal }));
    await given.return?.();

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('reports a body that the endpoint does not take', async () => {
    const failure = await failureOf(
      transport.invoke(requestTo(JSON_LINES_CHAT.endpoint, { ...ASK, padding: 'x'.repeat(7_000_000) })),
    );

    expect(failure).toMatchObject({ reason: 'body_too_large', status: 413 });
  });
});

describe.each(TRANSPORTS)('the %s transport, beyond chat', (kind) => {
  let transport: Transport;
  beforeAll(async () => {
    transport = await openTransport(kind, stage.options);
  });
  afterAll(() => transport.close());

  it('brings back a large answer whole', async () => {
    const input = Array.from({ length: 64 }, (_, index) => `text ${index}`);

    const { body } = await transport.invoke(requestTo(EMBEDDING.endpoint, { input }));

    const { data } = JSON.parse(body.toString('utf8')) as { data: { embedding: number[] }[] };
    expect(data.map(({ embedding }) => embedding.length)).toEqual(Array.from({ length: 64 }, () => 1024));
  });

  it('carries the inference id', async () => {
    await transport.invoke(askJsonLines({ inferenceId: 'req_42' }));

    expect(stage.aws.witness.list().map(({ inferenceId }) => inferenceId)).toEqual(['req_42']);
  });
});

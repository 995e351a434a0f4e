import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePayloadPart } from '../../../libs/inference/src/testing/encode-event-stream.js';
import type { Transport, TransportRequest } from '../../../libs/inference/src/transport/transport.port.js';
import { FastSageMakerTransport } from '../../../libs/inference/src/transport/sagemaker/fast/fast-sagemaker-transport.js';
import { OpenAiRouteTransport } from '../../../libs/inference/src/transport/sagemaker/openai-route/openai-route-transport.js';
import { logger, openTransport, optionsFor, TRANSPORTS } from './open-stage.js';
import { RecordingServer } from './recording-server.js';

const CREDENTIALS = { accessKeyId: 'a', secretAccessKey: 's' };

let server: RecordingServer;
let transport: Transport;

function request(overrides: Partial<TransportRequest> = {}): TransportRequest {
  return {
    target: { kind: 'sagemaker', endpoint: 'e' },
    via: 'invoke',
    operation: 'chat',
    contentType: 'application/json',
    body: Buffer.from('{}'),
    signal: new AbortController().signal,
    timeouts: { headersMs: 5_000, idleMs: 5_000 },
    ...overrides,
  };
}

describe.each(TRANSPORTS)('connections of the %s transport', (kind) => {
  beforeEach(async () => {
    server = await RecordingServer.start();
    transport = await openTransport(kind, optionsFor(server.url, CREDENTIALS));
  });
  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it('serve one call after another', async () => {
    for (let count = 0; count < 20; count++) await transport.invoke(request());

    // A connection is free again one turn after its answer, so that a second one may have been opened by then.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('serve again after a stream that was read to its end', async () => {
    server.respond = ({ path }, response) => response.end(path.endsWith('stream') ? encodePayloadPart('x') : '{}');
    for await (const _part of await transport.invokeStream(request()));
    await transport.invoke(request());

    // A connection is free again one turn after its answer, so that a second one may have been opened by then.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('are as many as there are calls at once', async () => {
    const waiting: (() => void)[] = [];
    server.respond = (_request, response) => waiting.push(() => response.end('{}'));
    const calls = Promise.all(Array.from({ length: 20 }, () => transport.invoke(request())));
    await expect.poll(() => waiting.length).toBe(20);
    for (const answer of waiting) answer();
    await calls;

    expect(server.connections).toBe(20);
  });

  it('are closed at once when a call is aborted', async () => {
    const controller = new AbortController();
    server.respond = () => controller.abort();

    await expect(transport.invoke(request({ signal: controller.signal }))).rejects.toMatchObject({
      reason: 'client_closed_request',
    });

    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('are closed at once when a stream is given up', async () => {
    server.respond = (_request, response) => response.write(encodePayloadPart('x'));
    const stream = await transport.invokeStream(request());
    await stream.next();

    await stream.return?.();

    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('are paused while nobody reads, and nothing is lost', async () => {
    const part = encodePayloadPart('y'.repeat(64 * 1024));
    const count = 200;
    let blocked = false;
    server.respond = (_request, response) => {
      void (async () => {
        for (let sent = 0; sent < count; sent++) {
          if (response.write(part)) continue;
          blocked = true;
          await once(response, 'drain');
        }
        response.end();
      })();
    };
    const stream = await transport.invokeStream(request());
    await expect.poll(() => blocked).toBe(true);

    let bytes = 0;
    for await (const piece of stream) bytes += piece.length;

    expect(bytes).toBe(count * 64 * 1024);
  });

  it('report a stream that ends inside a message', async () => {
    const part = encodePayloadPart('whole');
    server.respond = (_request, response) => response.end(Buffer.concat([part, part.subarray(0, 20)]));
    const stream = await transport.invokeStream(request());

    expect((await stream.next()).value?.toString()).toBe('whole');
    await expect(stream.next()).rejects.toMatchObject({ reason: 'upstream_error' });
  });

  it('report a balancer that speaks for the service', async () => {
    server.respond = (_request, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');

    await expect(transport.invoke(request())).rejects.toMatchObject({ reason: 'upstream_unavailable', status: 503 });
  });

  it('pass on how long to wait', async () => {
    server.respond = (_request, response) =>
      response
        .writeHead(400, {
          'x-amzn-errortype': 'ThrottlingException',
          'retry-after': '7',
          'content-type': 'application/json',
        })
        .end('{"message":"Rate exceeded"}');

    await expect(transport.invoke(request())).rejects.toMatchObject({
      reason: 'upstream_throttled',
      retryAfterSeconds: 7,
    });
  });
});

describe.each(['fast', 'openai-route'] as const)('the %s transport', (kind) => {
  it('reaches a region that it was not told of at start, and signs for it', async () => {
    const elsewhere = await RecordingServer.start();
    const options = optionsFor(elsewhere.url, CREDENTIALS);
    const lazy = kind === 'fast' ? FastSageMakerTransport : OpenAiRouteTransport;
    const opened = await lazy.open(options, [], logger);
    const target = { kind: 'sagemaker', endpoint: 'e', region: 'ap-southeast-2' } as const;

    await Promise.all([opened.invoke(request({ target })), opened.invoke(request({ target }))]);
    await opened.close();

    const scopes = elsewhere.requests.map(({ headers: { authorization = '' } }) =>
      kind === 'fast' ? authorization : Buffer.from(authorization.split('-').at(-1) ?? '', 'base64').toString('utf8'),
    );
    expect(scopes.map((scope) => scope.includes('ap-southeast-2'))).toEqual([true, true]);
    await elsewhere.close();
  });

  it('says that an operator has to act when the service cannot be located', async () => {
    const options = optionsFor('no url', CREDENTIALS);
    const lazy = kind === 'fast' ? FastSageMakerTransport : OpenAiRouteTransport;
    const opened = await lazy.open(options, [], logger);

    await expect(opened.invoke(request())).rejects.toMatchObject({ reason: 'upstream_misconfigured' });
    await opened.close();
  });
});

describe('the fast transport', () => {
  beforeEach(async () => {
    server = await RecordingServer.start();
    transport = await openTransport('fast', { ...optionsFor(server.url, CREDENTIALS), maxConnections: 1 });
  });
  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it('takes bytes that are no event stream for garbage', async () => {
    server.respond = (_request, response) => response.end('{"choices":[]} and more of the same');
    const stream = await transport.invokeStream(request());

    await expect(stream.next()).rejects.toMatchObject({ reason: 'upstream_garbage' });
  });

  it('lets a call wait for a connection', async () => {
    const answers = await Promise.all([transport.invoke(request()), transport.invoke(request())]);

    expect(answers.map(({ body }) => body.toString('utf8'))).toEqual(['{}', '{}']);
  });

  it('does not let a call wait for a connection for ever', async () => {
    server.respond = () => undefined;
    const first = Promise.allSettled([transport.invoke(request())]);
    await expect.poll(() => server.requests.length).toBe(1);

    const second = transport.invoke(request({ timeouts: { headersMs: 20, idleMs: 20 } }));

    await expect(second).rejects.toMatchObject({ reason: 'upstream_throttled' });
    await transport.close();
    expect(await first).toMatchObject([{ status: 'rejected', reason: { reason: 'shutting_down' } }]);
  });

  it('can be aborted while it waits for a connection', async () => {
    server.respond = () => undefined;
    const first = Promise.allSettled([transport.invoke(request())]);
    await expect.poll(() => server.requests.length).toBe(1);
    const controller = new AbortController();
    const second = Promise.allSettled([transport.invoke(request({ signal: controller.signal }))]);

    controller.abort();

    expect(await second).toMatchObject([{ reason: { reason: 'client_closed_request' } }]);
    await transport.close();
    await first;
    expect(server.requests).toHaveLength(1);
  });
});

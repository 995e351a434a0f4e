import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpTarget, type HttpTarget, type Operation } from '#inference';
import { GatewayError } from '#platform';
import { HttpTransport } from '../../../libs/inference/src/transport/http/http-transport.js';
import type { TransportRequest } from '../../../libs/inference/src/transport/transport.port.js';
import { RecordingServer } from './recording-server.js';

let server: RecordingServer;
let transport: HttpTransport;
beforeEach(async () => {
  server = await RecordingServer.start();
  transport = new HttpTransport({ connectTimeoutMs: 2_000, maxConnections: 64 });
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

function target(fields: Partial<HttpTarget> = {}): HttpTarget {
  return createHttpTarget({ baseUrl: server.url, ...fields });
}

function request(overrides: Partial<TransportRequest> = {}): TransportRequest {
  return {
    target: target(),
    via: 'http',
    operation: 'chat',
    contentType: 'application/json',
    body: Buffer.from('{"seed":9007199254740993}'),
    signal: new AbortController().signal,
    timeouts: { headersMs: 5_000, idleMs: 5_000 },
    ...overrides,
  };
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (GatewayError.is(error)) return error;
  throw new Error('no GatewayError was thrown', { cause: error });
}

function answerWith(status: number, body: string, headers: Record<string, string> = {}): void {
  server.respond = (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

describe('what the http transport sends', () => {
  it.each<[Operation, string]>([
    ['chat', '/v1/chat/completions'],
    ['completions', '/v1/completions'],
    ['embeddings', '/v1/embeddings'],
    ['rerank', '/v1/rerank'],
    ['invocations', '/invocations'],
    ['transcriptions', '/v1/audio/transcriptions'],
    ['translations', '/v1/audio/translations'],
  ])('goes for %s to %s', async (operation, path) => {
    await transport.invoke(request({ operation }));

    expect(server.requests.map((sent) => [sent.method, sent.path])).toEqual([['POST', path]]);
  });

  it.each(['', '/', '/v1', '/v1/'])('finds the path below a base URL that ends in "%s"', async (end) => {
    await transport.invoke(request({ target: target({ baseUrl: `${server.url}${end}` }) }));
    await transport.invoke(request({ target: target({ baseUrl: `${server.url}/team/a${end}` }) }));

    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/team/a/v1/chat/completions']);
  });

  it('goes to a path of the server itself where it is told so', async () => {
    await transport.invoke(request({ target: target({ baseUrl: `${server.url}/tei` }), path: '/embed' }));

    expect(server.requests.map(({ path }) => path)).toEqual(['/tei/embed']);
  });

  it('B29: has the key and the headers of the configuration, none of the caller, and asks for no compression', async () => {
    const own = target({ apiKey: 'sk-inner', headers: { 'X-Team': 'a' } });
    await transport.invoke(request({ target: own, inferenceId: 'req_1' }));

    const [sent] = server.requests;
    expect(sent?.body.toString('utf8')).toBe('{"seed":9007199254740993}');
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = sent?.headers ?? {};
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'sluice',
      'x-request-id': 'req_1',
      'x-team': 'a',
      authorization: 'Bearer sk-inner',
    });
  });

  it('B29: is sent over connections that serve again', async () => {
    for (let count = 0; count < 20; count++) await transport.invoke(request());

    // A connection is free again one turn after its answer, so that a second one may have been opened by then.
    expect(server.connections).toBeLessThanOrEqual(2);
  });
});

describe('what the http transport makes of answers', () => {
  it('gives the bytes as they came, whole or streamed', async () => {
    server.respond = (_request, response) => {
      response.write('data: {"a":1}\n');
      response.end('\ndata: [DONE]\n\n');
    };
    const parts: Buffer[] = [];
    for await (const part of await transport.invokeStream(request())) parts.push(part);

    const whole = 'data: {"a":1}\n\ndata: [DONE]\n\n';
    expect(Buffer.concat(parts).toString('utf8')).toBe(whole);
    expect((await transport.invoke(request())).body.toString('utf8')).toBe(whole);
  });

  it.each([
    ['vLLM', 400, '{"error":{"message":"too hot","type":"BadRequestError","param":"temperature","code":400}}'],
    [
      'older vLLM',
      400,
      '{"object":"error","message":"too hot","type":"BadRequestError","param":"temperature","code":400}',
    ],
    ['TEI', 422, '{"error":"too hot","error_type":"Validation"}'],
    ['FastAPI', 422, '{"detail":[{"loc":["body","temperature"],"msg":"too hot","type":"value_error"}]}'],
    ['llama.cpp', 400, '{"error":{"code":400,"message":"too hot","type":"invalid_request_error"}}'],
  ])("passes on %s's refusal of the content", async (_server, status, body) => {
    answerWith(status, body);

    const failure = await failureOf(transport.invoke(request()));

    expect(failure).toMatchObject({ reason: 'upstream_rejected', status, message: 'too hot' });
    expect(failure.toOpenAi().error.code).toBe(null);
  });

  it.each([
    [301, '', 'upstream_misconfigured', 503],
    [401, '{"error":"Unauthorized"}', 'upstream_misconfigured', 503],
    [403, '{"error":{"message":"bad key"}}', 'upstream_misconfigured', 503],
    [404, '{"detail":"Not Found"}', 'upstream_misconfigured', 503],
    [404, '404 page not found', 'upstream_misconfigured', 503],
    [404, '{"error":{"message":"The model `x` does not exist."}}', 'upstream_rejected', 404],
    [405, '{"detail":"Method Not Allowed"}', 'upstream_misconfigured', 503],
    [429, '{"error":"Model is overloaded","error_type":"overloaded"}', 'upstream_throttled', 429],
    [500, '{"error":{"message":"CUDA error"}}', 'upstream_error', 502],
    [503, '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}', 'upstream_unavailable', 503],
  ])('takes a status of %i with %j for %s', async (status, body, reason, publicStatus) => {
    answerWith(status, body);

    expect(await failureOf(transport.invoke(request()))).toMatchObject({ reason, status: publicStatus });
    expect(await failureOf(transport.invokeStream(request()))).toMatchObject({ reason, status: publicStatus });
  });

  it('does not follow a redirect, key in hand', async () => {
    const elsewhere = await RecordingServer.start();
    answerWith(307, '', { location: `${elsewhere.url}/v1/chat/completions` });

    const failure = await failureOf(transport.invoke(request({ target: target({ apiKey: 'sk-inner' }) })));

    expect(failure.reason).toBe('upstream_misconfigured');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it("takes a balancer's page for a server that is away, and shows nobody the page", async () => {
    answerWith(502, '<html><body>nginx</body></html>', { 'content-type': 'text/html' });

    const failure = await failureOf(transport.invoke(request()));

    expect(failure).toMatchObject({ reason: 'upstream_unavailable', retryAfterSeconds: 1 });
    expect(failure.message).not.toContain('nginx');
  });

  it('passes on how long to wait', async () => {
    answerWith(429, '{"error":"busy"}', { 'retry-after': '7' });

    expect(await failureOf(transport.invoke(request()))).toMatchObject({ retryAfterSeconds: 7 });
  });

  it('does not tell anyone the address of the server', async () => {
    answerWith(500, JSON.stringify({ error: { message: `no route to ${server.url}/v1/x` } }));

    expect((await failureOf(transport.invoke(request()))).message).not.toContain('127.0.0.1');
  });

  it('reports a server that nobody runs', async () => {
    const nowhere = createHttpTarget({ baseUrl: 'http://127.0.0.1:1' });

    expect((await failureOf(transport.invoke(request({ target: nowhere })))).reason).toBe('upstream_unavailable');
  });

  it('reports an answer that is cut', async () => {
    server.respond = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
      setImmediate(() => response.destroy());
    };

    expect((await failureOf(transport.invoke(request()))).reason).toBe('upstream_error');
    const stream = await transport.invokeStream(request());
    expect((await failureOf(drain(stream))).reason).toBe('upstream_error');
  });

  it('B21: waits for headers as long as the request may take, and no longer', async () => {
    server.respond = () => undefined;

    const failure = await failureOf(transport.invoke(request({ timeouts: { headersMs: 100, idleMs: 5_000 } })));

    expect(failure.reason).toBe('upstream_timeout');
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('gives up a stream that falls silent', async () => {
    server.respond = (_request, response) => response.write('data: {}\n\n');
    const stream = await transport.invokeStream(request({ timeouts: { headersMs: 5_000, idleMs: 200 } }));

    expect((await failureOf(drain(stream))).reason).toBe('upstream_timeout');
  });

  it('loses nothing to a reader that is slow, and stops the server meanwhile', async () => {
    const piece = Buffer.alloc(64 * 1024, 'y');
    const count = 200;
    let blocked = false;
    const write = async (response: ServerResponse): Promise<void> => {
      for (let sent = 0; sent < count; sent++) {
        if (response.write(piece)) continue;
        blocked = true;
        await once(response, 'drain');
      }
      response.end();
    };
    server.respond = (_request, response) => void write(response);
    const stream = await transport.invokeStream(request());
    await expect.poll(() => blocked).toBe(true);

    expect(await drain(stream)).toBe(count * piece.length);
  });
});

describe('a call through the http transport that is given up', () => {
  it('is not sent when it is aborted already', async () => {
    const failure = await failureOf(transport.invoke(request({ signal: AbortSignal.abort() })));

    expect(failure.reason).toBe('client_closed_request');
    expect(server.requests).toEqual([]);
  });

  it('B29: ends upstream while it waits for its answer', async () => {
    const controller = new AbortController();
    server.respond = () => controller.abort();

    expect((await failureOf(transport.invoke(request({ signal: controller.signal })))).reason).toBe(
      'client_closed_request',
    );
    await expect.poll(() => server.sockets.size, { timeout: 1_000 }).toBe(0);
  });

  it.each(['abort', 'return'] as const)('ends upstream in the middle of its stream on %s', async (how) => {
    server.respond = (_request, response) => response.write('data: {}\n\n');
    const controller = new AbortController();
    const stream = await transport.invokeStream(request({ signal: controller.signal }));
    await stream.next();

    if (how === 'abort') controller.abort();
    else await stream.return?.();

    await expect.poll(() => server.sockets.size, { timeout: 1_000 }).toBe(0);
  });
});

async function drain(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const part of stream) bytes += part.length;
  return bytes;
}

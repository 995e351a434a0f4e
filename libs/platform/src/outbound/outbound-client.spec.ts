import { afterEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../testing/index.js';
import type { ResolveHost } from './host-resolver.js';
import { OutboundClient } from './outbound-client.js';
import { readOutboundConfig } from './outbound.config.js';

const PRIVATE = { SLUICE_OUTBOUND_ALLOW: '127.0.0.1', SLUICE_OUTBOUND_HTTP: 'true', SLUICE_OUTBOUND_PORTS: 'any' };
const MESSAGE = { headers: { 'content-type': 'application/json' }, body: '{"a":1}', timeoutMs: 5000 };

describe('a call of an address out of a request', () => {
  const clients: OutboundClient[] = [];
  const open = (resolve?: ResolveHost, environment: Record<string, string> = PRIVATE): OutboundClient => {
    const client = new OutboundClient(readOutboundConfig(environment), resolve);
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const fetchAll = async (
    client: OutboundClient,
    url: string,
    limits: { maxBytes?: number; timeoutMs?: number } = {},
  ) =>
    Buffer.concat(
      await Array.fromAsync(await client.fetch({ url, maxBytes: 1_048_576, timeoutMs: 5000, ...limits })),
    ).toString();

  it('posts what it is given and tells status and head of the answer', async () => {
    await using receiver = await startReceiver((_request, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('later'),
    );
    const answer = await open().post({ ...MESSAGE, url: `${receiver.url}/hook?a=b` });

    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(receiver.requests).toMatchObject([{ method: 'POST', path: '/hook?a=b', body: '{"a":1}' }]);
  });

  it('resolves a name once and connects to the address that was checked', async () => {
    await using receiver = await startReceiver();
    const asked: string[] = [];
    const client = open(async (host) => {
      asked.push(host);
      return await Promise.resolve([{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
    });
    const answer = await client.post({ ...MESSAGE, url: `http://hooks.example.com:${receiver.port}/` });

    expect(answer.status).toBe(200);
    expect(asked).toEqual(['hooks.example.com']);
    expect(receiver.requests[0]?.headers.host).toBe(`hooks.example.com:${receiver.port}`);
  });

  it('refuses a name that leads elsewhere when it is called than when it was looked at', async () => {
    await using receiver = await startReceiver();
    const answers = ['8.8.8.8', '127.0.0.1'];
    const rebinding: ResolveHost = async () => await Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]);
    const client = open(rebinding, { SLUICE_OUTBOUND_PORTS: 'any' });
    const url = `https://rebinding.example.com:${receiver.port}/`;
    const [looked] = await rebinding('rebinding.example.com');
    client.rules.checkAddress(client.rules.checkUrl(url), looked?.address ?? '');

    await expect(client.post({ ...MESSAGE, url })).rejects.toMatchObject({ reason: 'address_refused' });
    expect(answers).toEqual([]);
    expect(receiver.requests).toEqual([]);
  });

  it('refuses a name as a whole when one of its addresses is not public', async () => {
    const client = open(
      async () =>
        await Promise.resolve([
          { address: '2606:4700::1111', family: 6 },
          { address: '169.254.169.254', family: 4 },
        ]),
      {},
    );

    await expect(client.post({ ...MESSAGE, url: 'https://mixed.example.com/' })).rejects.toMatchObject({
      reason: 'address_refused',
      message: expect.not.stringContaining('169.254') as string,
    });
  });

  it('says what is the matter with a host that is not there', async () => {
    await using gone = await startReceiver();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const notFound = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const unknown = open(async () => await Promise.reject(notFound), {});

    await expect(open().post({ ...MESSAGE, url })).rejects.toMatchObject({
      reason: 'address_unreachable',
      message: expect.stringContaining('refused') as string,
    });
    await expect(unknown.post({ ...MESSAGE, url: 'https://nowhere.example.com/' })).rejects.toMatchObject({
      reason: 'address_unreachable',
      message: expect.stringContaining('not known') as string,
    });
  });

  it('does not wait longer than it may for an answer, nor for a name', async () => {
    await using receiver = await startReceiver(() => undefined);
    const never = open(async () => await new Promise(() => undefined));

    const late = { reason: 'address_too_slow' };
    await expect(open().post({ ...MESSAGE, url: receiver.url, timeoutMs: 50 })).rejects.toMatchObject(late);
    await expect(never.post({ ...MESSAGE, url: 'https://slow.example.com/', timeoutMs: 50 })).rejects.toMatchObject(
      late,
    );
  });

  it('ends with the reason of its caller', async () => {
    await using receiver = await startReceiver(() => undefined);
    const stop = new AbortController();
    const call = open().post({ ...MESSAGE, url: receiver.url, signal: stop.signal });
    await receiver.received(1);
    stop.abort(new Error('stopping'));

    await expect(call).rejects.toThrow('stopping');
  });

  it('reads no more of an answer to a message than it must', async () => {
    let sent = 0;
    const { promise: cut, resolve: onCut } = Promise.withResolvers<void>();
    await using receiver = await startReceiver((_request, response) => {
      const piece = Buffer.alloc(65_536);
      response.on('close', () => onCut());
      const write = (): void => {
        while (!response.destroyed && sent < 104_857_600) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', write);
        }
      };
      response.writeHead(200);
      write();
    });
    const { status } = await open().post({ ...MESSAGE, url: receiver.url });
    await cut;

    expect(status).toBe(200);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('treats a redirect of a message as the answer', async () => {
    await using inside = await startReceiver();
    await using receiver = await startReceiver((_request, response) =>
      response.writeHead(307, { location: inside.url }).end(),
    );

    expect((await open().post({ ...MESSAGE, url: receiver.url })).status).toBe(307);
    expect(inside.requests).toEqual([]);
  });

  it('fetches content, through redirects that are checked like the first address', async () => {
    await using store = await startReceiver((_request, response) => response.end('sound'));
    await using receiver = await startReceiver(({ path }, response) =>
      response
        .writeHead(302, { location: path === '/good' ? `${store.url}/final` : `http://127.0.0.2:${store.port}/` })
        .end(),
    );

    expect(await fetchAll(open(), `${receiver.url}/good`)).toBe('sound');
    await expect(fetchAll(open(), `${receiver.url}/bad`)).rejects.toMatchObject({ reason: 'address_refused' });
    expect(store.requests.map(({ path }) => path)).toEqual(['/final']);
  });

  it('gives up on redirects that do not end, and on what is not found', async () => {
    await using receiver = await startReceiver(({ path }, response) =>
      response.writeHead(path === '/gone' ? 404 : 302, { location: '/again' }).end(),
    );

    for (const [path, status] of [
      ['/gone', 404],
      ['/again', 302],
    ] as const) {
      await expect(fetchAll(open(), `${receiver.url}${path}`)).rejects.toMatchObject({
        reason: 'address_unreachable',
        details: { status },
      });
    }
  });

  it('stops at content that is too large, said or not', async () => {
    await using receiver = await startReceiver(({ path }, response) => {
      if (path === '/said') response.writeHead(200, { 'content-length': '5000' });
      response.end(Buffer.alloc(5000));
    });

    for (const path of ['/said', '/unsaid']) {
      await expect(fetchAll(open(), `${receiver.url}${path}`, { maxBytes: 4999 })).rejects.toMatchObject({
        reason: 'answer_too_large',
      });
    }
    expect(await fetchAll(open(), `${receiver.url}/said`, { maxBytes: 5000 })).toHaveLength(5000);
  });

  it('stops at content that does not end in time, and at content that is cut off', async () => {
    await using receiver = await startReceiver(({ path }, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half');
      if (path === '/cut') setImmediate(() => response.destroy());
    });

    await expect(fetchAll(open(), `${receiver.url}/slow`, { timeoutMs: 100 })).rejects.toMatchObject({
      reason: 'address_too_slow',
    });
    await expect(fetchAll(open(), `${receiver.url}/cut`)).rejects.toMatchObject({ reason: 'address_unreachable' });
  });
});

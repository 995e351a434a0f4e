import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createHostResolver, type ResolveHost } from './host-resolver.js';

const TYPES = { a: 1, aaaa: 28 };
const HEADER_BYTES = 12;
const NOT_FOUND = 3;

/** A name server of this machine. `records` by the type that is asked for; one that knows none of the name says so. */
async function startNameServer(records: Readonly<Record<number, Buffer>> | undefined): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const nameEnd = question.indexOf(0, HEADER_BYTES) + 1;
    const record = records?.[question.readUInt16BE(nameEnd)];
    const header = Buffer.from(question.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(0x8180 + (records === undefined ? NOT_FOUND : 0), 2);
    header.writeUInt16BE(record === undefined ? 0 : 1, 6);
    header.writeUInt32BE(0, 8);
    const asked = question.subarray(HEADER_BYTES, nameEnd + 4);
    const answer = record === undefined ? Buffer.alloc(0) : encodeAnswer(question.readUInt16BE(nameEnd), record);
    socket.send(Buffer.concat([header, asked, answer]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Names the question's name, class IN, for a minute. */
function encodeAnswer(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

describe('a name that a caller has chosen', () => {
  const sockets: Socket[] = [];
  const resolverOver = async (records: Readonly<Record<number, Buffer>> | undefined): Promise<ResolveHost> => {
    const server = await startNameServer(records);
    sockets.push(server);
    return createHostResolver({
      isNamed: (host) => host === 'localhost',
      servers: [`127.0.0.1:${server.address().port}`],
    });
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  it('has all addresses that name servers tell, of both families', async () => {
    const six = Buffer.from('26064700000000000000000000001111', 'hex');
    const resolve = await resolverOver({ [TYPES.a]: Buffer.from([203, 0, 113, 7]), [TYPES.aaaa]: six });

    expect(await resolve('hooks.example.com')).toEqual([
      { address: '203.0.113.7', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  it('has one address where there is none of the other family', async () => {
    const resolve = await resolverOver({ [TYPES.a]: Buffer.from([203, 0, 113, 7]) });

    expect(await resolve('hooks.example.com')).toEqual([{ address: '203.0.113.7', family: 4 }]);
  });

  it('is unknown where name servers do not know it', async () => {
    const resolve = await resolverOver(undefined);

    await expect(resolve('nowhere.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('is not asked of this machine, unless an operator has named it', async () => {
    const resolve = await resolverOver({ [TYPES.a]: Buffer.from([203, 0, 113, 7]) });

    expect(await resolve('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
  });

  it('takes no thread while its servers are silent, and is given up on', async () => {
    const silent = createSocket('udp4');
    sockets.push(silent);
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const servers = [`127.0.0.1:${silent.address().port}`];
    const isNamed = (host: string): boolean => host === 'localhost';
    const patient = createHostResolver({ isNamed, servers });
    const slow = Array.from({ length: 32 }, (_, n) =>
      patient(`slow-${n}.example.com`).catch((error: unknown) => error),
    );
    const first = await Promise.race([patient('localhost'), ...slow]);

    expect(first).toContainEqual({ address: '127.0.0.1', family: 4 });
    await expect(createHostResolver({ isNamed, servers, timeoutMs: 50 })('slow.example.com')).rejects.toMatchObject({
      code: 'EAI_AGAIN',
    });
  });
});

import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerJson, loseAnswer, startStubServer, type Answer } from '../testing/start-stub-server.js';
import { openInput } from './open-input.js';
import { uploadFile } from './upload-file.js';

const FINE = answerJson(200, { id: 'file-1' });

/** Hangs up in the middle of what is sent. */
const hangUp: Answer = (request) => {
  request.once('data', () => request.socket.destroy());
};

describe('an upload', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-upload-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const input = async (name: string, bytes: number): ReturnType<typeof openInput> => {
    await writeFile(join(folder, name), Buffer.alloc(bytes, 'x'));
    return await openInput(join(folder, name));
  };

  it('is a form of known length with the name of the file', async () => {
    const bodies: Buffer[] = [];
    const keep: Answer = (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk));
      FINE(request, response);
    };
    await using stub = await startStubServer([keep]);
    await uploadFile(stub.api, await input('a "b".txt', 5), 'batch', stub.reporter);
    const form = await new Response(Buffer.concat(bodies), {
      headers: { 'content-type': stub.requests[0]?.headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file') as File;
    expect([form.get('purpose'), file.name, await file.text()]).toEqual(['batch', 'a "b".txt', 'xxxxx']);
    expect(Number(stub.requests[0]?.headers['content-length'])).toBe(Buffer.concat(bodies).length);
  });

  it('that was cut, or whose answer was lost, is made again under the same key', async () => {
    await using stub = await startStubServer([FINE, hangUp, loseAnswer, FINE]);
    await stub.api.json({ path: '/jobs' });
    const { id } = await uploadFile(stub.api, await input('large.txt', 8_000_000), 'user_data', stub.reporter);
    const types = new Set(stub.requests.slice(1).map(({ headers }) => headers['content-type']));
    const keys = stub.requests.slice(1).map(({ headers }) => headers['idempotency-key']);
    expect(id).toBe('file-1');
    expect(types.size).toBe(1);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[\w-]{36}$/);
  });

  it('of a file that became shorter is no file of the server', async () => {
    await using stub = await startStubServer([FINE]);
    const file = await input('shrinks.txt', 100);
    await truncate(file.path, 50);
    await expect(uploadFile(stub.api, file, 'batch', stub.reporter)).rejects.toMatchObject({
      message: `${file.path} became shorter while it was sent.`,
      exitCode: 2,
    });
  });
});

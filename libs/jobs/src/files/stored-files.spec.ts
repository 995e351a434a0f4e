import { describe, expect, it } from 'vitest';
import { objectKeys, type FileObject } from '#contracts';
import { GatewayError } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { createTestBulk, listKeys, streamOf, TENANT, type TestBulk } from '../testing/index.js';
import type { NewFile } from './files.port.js';

async function upload(bulk: TestBulk, text: string, more: Partial<NewFile> = {}): Promise<FileObject> {
  const content = streamOf(text);
  return await bulk.files.create({ tenant: TENANT, filename: 'a.jsonl', purpose: 'batch', content, ...more });
}

async function readContent(bulk: TestBulk, fileId: string, range?: string): Promise<string> {
  const { body } = await bulk.files.content(TENANT, fileId, range);
  return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString();
}

async function hasContent(bulk: TestBulk, fileId: string): Promise<boolean> {
  return (await listKeys(bulk, objectKeys.fileContent(TENANT, fileId))).length > 0;
}

const notFound = expect.objectContaining({ reason: 'not_found' }) as GatewayError;

describe('StoredFiles', () => {
  it('stores a file and gives it back', async () => {
    const bulk = createTestBulk();
    const createdAt = Math.floor(bulk.clock.nowMs / 1000);
    const file = await upload(bulk, 'héllo', { filename: 'ü/"x".jsonl' });
    expect(file).toEqual({
      id: file.id,
      object: 'file',
      bytes: 6,
      created_at: createdAt,
      filename: 'ü/"x".jsonl',
      purpose: 'batch',
      status: 'processed',
      status_details: null,
      expires_at: createdAt + 2_592_000,
    });
    expect(await bulk.files.retrieve(TENANT, file.id)).toEqual(file);
    expect(await readContent(bulk, file.id)).toBe('héllo');
  });

  it('keeps files of other purposes for good, and any for as long as the caller says', async () => {
    const bulk = createTestBulk();
    expect((await upload(bulk, 'x', { purpose: 'vision' })).expires_at).toBeNull();
    const file = await upload(bulk, 'x', { purpose: 'vision', expiresAfterSeconds: 3600 });
    expect(file.expires_at).toBe(file.created_at + 3600);
    bulk.clock.nowMs += 3_599_000;
    expect((await bulk.files.retrieve(TENANT, file.id)).id).toBe(file.id);
    bulk.clock.nowMs += 1000;
    await expect(bulk.files.retrieve(TENANT, file.id)).rejects.toThrow(notFound);
    await expect(bulk.files.content(TENANT, file.id)).rejects.toThrow(notFound);
  });

  it('sends the part that a Range asks for', async () => {
    const bulk = createTestBulk();
    const { id } = await upload(bulk, '0123456789');
    expect([await readContent(bulk, id, 'bytes=2-4'), await readContent(bulk, id, 'bytes=-3')]).toEqual(['234', '789']);
    expect(await bulk.files.content(TENANT, id, 'bytes=2-4')).toMatchObject({
      totalBytes: 10,
      range: { first: 2, last: 4 },
      filename: 'a.jsonl',
    });
    await expect(bulk.files.content(TENANT, id, 'bytes=10-')).rejects.toMatchObject({
      reason: 'range_not_satisfiable',
    });
  });

  it('hides a file from other tenants, and refuses ids that are none before it asks the store', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const { id } = await upload(bulk, 'x');
    await expect(bulk.files.retrieve('other', id)).rejects.toThrow(notFound);
    await expect(bulk.files.delete('other', id)).rejects.toThrow(notFound);
    await expect(bulk.files.content('other', id)).rejects.toThrow(notFound);
    store.failNext('get', 100);
    for (const bad of ['', 'file-', '../../other/records/files/x', `${id}/`, id.toUpperCase(), `x${id}`]) {
      await expect(bulk.files.retrieve(TENANT, bad)).rejects.toThrow(notFound);
    }
  });

  it('deletes a file with all it left', async () => {
    const bulk = createTestBulk();
    const file = await upload(bulk, 'x', { filename: '"\u0001'.repeat(500) });
    expect(await bulk.files.delete(TENANT, file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    expect(await listKeys(bulk, 't/')).toEqual([]);
    await expect(bulk.files.delete(TENANT, file.id)).rejects.toThrow(notFound);
  });

  it('keeps the content of a deleted file while a job holds it, and removes it with the last hold', async () => {
    const bulk = createTestBulk();
    const { id } = await upload(bulk, 'x');
    await bulk.files.hold(TENANT, id, 'batch_1');
    await bulk.files.hold(TENANT, id, 'batch_2');
    await bulk.files.delete(TENANT, id);
    await expect(bulk.files.retrieve(TENANT, id)).rejects.toThrow(notFound);
    await bulk.files.release(TENANT, id, 'batch_1');
    await bulk.files.release(TENANT, id, 'batch_1');
    expect(await hasContent(bulk, id)).toBe(true);
    await bulk.files.release(TENANT, id, 'batch_2');
    expect(await listKeys(bulk, 't/')).toEqual([]);
  });

  it('keeps the content of a file that stands when its last hold ends', async () => {
    const bulk = createTestBulk();
    const { id } = await upload(bulk, 'x');
    await bulk.files.hold(TENANT, id, 'batch_1');
    await bulk.files.release(TENANT, id, 'batch_1');
    expect(await readContent(bulk, id)).toBe('x');
  });

  it('either refuses a job whose input is deleted at the same time, or keeps the content for it', async () => {
    for (let round = 0; round < 20; round++) {
      const bulk = createTestBulk();
      const { id } = await upload(bulk, 'x');
      const accept = async (): Promise<boolean> => {
        for (let wait = 0; wait < round % 5; wait++) await new Promise((resolve) => setImmediate(resolve));
        await bulk.files.hold(TENANT, id, 'batch_1');
        return await bulk.files.retrieve(TENANT, id).then(
          () => true,
          () => false,
        );
      };
      const [accepted] = await Promise.all([accept(), bulk.files.delete(TENANT, id)]);
      expect(!accepted || (await hasContent(bulk, id))).toBe(true);
    }
  });

  it('registers the same file twice as once', async () => {
    const bulk = createTestBulk();
    const file = await upload(bulk, 'x');
    await bulk.files.register(TENANT, file);
    expect((await bulk.files.list(TENANT, { limit: 10, order: 'desc' })).data).toEqual([file]);
  });

  it.each(['putStream', 'put'] as const)('acknowledges nothing when %s fails', async (operation) => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    store.failNext(operation);
    await expect(upload(bulk, 'x')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect((await bulk.files.list(TENANT, { limit: 10, order: 'desc' })).data).toEqual([]);
  });

  it('registers a file though every answer to a write is lost once', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    store.loseAnswers('retried');
    const file = await upload(bulk, 'x');
    expect(await bulk.files.retrieve(TENANT, file.id)).toEqual(file);
  });

  it('stores nothing of an upload that is aborted', async () => {
    const bulk = createTestBulk();
    const controller = new AbortController();
    async function* content(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('part'));
      controller.abort();
      yield Buffer.from('rest');
    }
    await expect(upload(bulk, '', { content: content(), signal: controller.signal })).rejects.toThrow(/abort/);
    expect(await listKeys(bulk, 't/')).toEqual([]);
  });
});

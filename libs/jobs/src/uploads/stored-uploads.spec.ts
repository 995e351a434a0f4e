import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateUploadDto, type ExpiresAfterDto } from '#contracts';
import type { ComposePart, WriteOptions } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  collectGarbage,
  createTestBulk,
  FAULTS,
  FaultyStore,
  listKeys,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

const HOUR_MS = 3_600_000;
const PIECES = ['first-', 'second-', 'third'];
const WHOLE = PIECES.join('');

const REQUEST = {
  bytes: WHOLE.length,
  filename: 'big.jsonl',
  mime_type: 'text/jsonl',
  purpose: 'user_data',
} as const satisfies CreateUploadDto;

const contentOf = (text: string): { content: AsyncIterable<Uint8Array> } => ({
  content: (async function* () {
    yield await Promise.resolve(Buffer.from(text));
  })(),
});

/** An upload with all its parts, which came the wrong way round. */
async function uploadOf(bulk: TestBulk, request: { readonly expires_after?: ExpiresAfterDto } = {}) {
  const { id } = await bulk.uploads.create(TENANT, { ...REQUEST, ...request });
  const came = [...PIECES].toReversed();
  const parts = await Promise.all(came.map(async (text) => await bulk.uploads.addPart(TENANT, id, contentOf(text))));
  return { id, partIds: parts.map((part) => part.id).toReversed() };
}

async function readFile(bulk: TestBulk, fileId: string): Promise<string> {
  const { body } = await bulk.files.content(TENANT, fileId);
  return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString();
}

describe('StoredUploads', () => {
  it('makes a file of parts that came in any order, in the order that the caller names', async () => {
    const bulk = createTestBulk();
    const { id, partIds } = await uploadOf(bulk, { expires_after: { anchor: 'created_at', seconds: 7200 } });
    bulk.clock.nowMs += 60_000;
    const { file, ...upload } = await bulk.uploads.complete(TENANT, id, { part_ids: partIds });
    expect(upload).toMatchObject({ id, object: 'upload', status: 'completed', bytes: WHOLE.length });
    expect(upload.expires_at - upload.created_at).toBe(3600);
    if (file === null) throw new Error('the upload has no file');
    expect(file).toEqual(await bulk.files.retrieve(TENANT, file.id));
    expect(file).toMatchObject({ bytes: WHOLE.length, filename: 'big.jsonl', purpose: 'user_data' });
    expect(file.created_at).toBe(Math.floor(bulk.clock.nowMs / 1000));
    expect(file.expires_at).toBe(file.created_at + 7200);
    expect(await readFile(bulk, file.id)).toBe(WHOLE);
    expect((await bulk.files.list(TENANT, { limit: 10, order: 'desc' })).data).toEqual([file]);
  });

  it('removes the parts once the file is whole, and those of an upload that is cancelled', async () => {
    const bulk = createTestBulk();
    const completed = await uploadOf(bulk);
    const cancelled = await uploadOf(bulk);
    await bulk.uploads.complete(TENANT, completed.id, { part_ids: completed.partIds });
    expect(await bulk.uploads.cancel(TENANT, cancelled.id)).toMatchObject({ status: 'cancelled', file: null });
    expect(await bulk.uploads.cancel(TENANT, cancelled.id)).toMatchObject({ status: 'cancelled' });
    await expect.poll(async () => await listKeys(bulk, objectKeys.uploads(TENANT))).toEqual([]);
  });

  it('answers a complete that is sent again with the same file, and one with other parts not at all', async () => {
    const bulk = createTestBulk();
    const { id, partIds } = await uploadOf(bulk);
    const first = await bulk.uploads.complete(TENANT, id, { part_ids: partIds });
    expect(await bulk.uploads.complete(TENANT, id, { part_ids: partIds })).toEqual(first);
    const other = bulk.uploads.complete(TENANT, id, { part_ids: partIds.toReversed() });
    await expect(other).rejects.toMatchObject({ reason: 'invalid_request', param: 'part_ids' });
    expect((await bulk.files.list(TENANT, { limit: 10, order: 'desc' })).data).toHaveLength(1);
  });

  it('refuses parts that are unknown, named twice or do not come to what was announced, and takes the right ones then', async () => {
    const bulk = createTestBulk();
    const { id, partIds } = await uploadOf(bulk);
    const complete = async (part_ids: string[], md5?: string) =>
      await bulk.uploads.complete(TENANT, id, { part_ids, ...(md5 === undefined ? {} : { md5 }) });
    const stranger = await uploadOf(bulk);
    await expect(complete([...partIds, stranger.partIds[0] ?? ''])).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'part_ids[3]',
    });
    await expect(complete(partIds.slice(1))).rejects.toThrow(/12 bytes together, but the upload was created for 18/);
    await expect(complete(partIds, '0'.repeat(32))).rejects.toMatchObject({ reason: 'invalid_value', param: 'md5' });
    const md5 = createHash('md5').update(WHOLE).digest('hex').toUpperCase();
    expect(await complete(partIds, md5)).toMatchObject({ status: 'completed' });
  });

  it('knows nothing of other tenants and of what is no upload', async () => {
    const bulk = createTestBulk();
    const { id, partIds } = await uploadOf(bulk);
    const gone = { reason: 'not_found', param: 'upload_id' };
    await expect(bulk.uploads.complete('other', id, { part_ids: partIds })).rejects.toMatchObject(gone);
    await expect(bulk.uploads.addPart('other', id, contentOf('x'))).rejects.toMatchObject(gone);
    await expect(bulk.uploads.cancel('other', id)).rejects.toMatchObject(gone);
    await expect(bulk.uploads.cancel(TENANT, '../records/jobs')).rejects.toMatchObject(gone);
  });

  it('refuses more bytes than a file may have', async () => {
    const bulk = createTestBulk();
    const create = bulk.uploads.create(TENANT, { ...REQUEST, bytes: 8 * 1024 ** 3 + 1 });
    await expect(create).rejects.toMatchObject({ reason: 'integer_above_max_value', param: 'bytes' });
  });

  it('takes nothing more after an hour, after a cancel and once it is completed', async () => {
    const bulk = createTestBulk();
    const [expired, cancelled, completed] = [await uploadOf(bulk), await uploadOf(bulk), await uploadOf(bulk)];
    await bulk.uploads.cancel(TENANT, cancelled.id);
    await bulk.uploads.complete(TENANT, completed.id, { part_ids: completed.partIds });
    bulk.clock.nowMs += HOUR_MS;
    const expectations: [typeof expired, RegExp][] = [
      [expired, /it has expired\. Create another one/],
      [cancelled, /it is cancelled/],
      [completed, /it is completed/],
    ];
    for (const [{ id, partIds }, message] of expectations) {
      await expect(bulk.uploads.addPart(TENANT, id, contentOf('x'))).rejects.toThrow(message);
      if (id === completed.id) continue;
      await expect(bulk.uploads.complete(TENANT, id, { part_ids: partIds })).rejects.toThrow(message);
    }
    await expect(bulk.uploads.cancel(TENANT, completed.id)).rejects.toThrow(/it is completed/);
    await expect(bulk.uploads.cancel(TENANT, expired.id)).rejects.toThrow(/it has expired/);
  });

  it('collects abandoned uploads after three hours and their records after a day, and no file with them', async () => {
    const bulk = createTestBulk();
    await uploadOf(bulk);
    const { id, partIds } = await uploadOf(bulk);
    const { file } = await bulk.uploads.complete(TENANT, id, { part_ids: partIds });
    await expect.poll(async () => await listKeys(bulk, objectKeys.uploads(TENANT))).toHaveLength(3);
    bulk.clock.nowMs += 3 * HOUR_MS - 1;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += 1;
    expect(await collectGarbage(bulk)).toEqual({ upload: 3 });
    bulk.clock.nowMs += 22 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ upload: 2 });
    expect(await readFile(bulk, file?.id ?? '')).toBe(WHOLE);
  });
});

describe('StoredUploads.complete over a store that fails', () => {
  it.each(FAULTS)('makes one and the same file when asked again, whichever call meets %s', async (fault) => {
    let reached = 0;
    for (let at = 1; ; at++) {
      const store = new MemoryObjectStore();
      const healthy = createTestBulk({ store });
      const { id, partIds } = await uploadOf(healthy);
      const way = new FaultyStore(store, at, fault);
      const api = createTestBulk({ store: way, clock: healthy.clock });
      const first = api.uploads.complete(TENANT, id, { part_ids: partIds }).then(
        ({ file }) => file,
        () => undefined,
      );
      const answered = await Promise.race([first, way.crashed.then(() => undefined)]);
      if (way.calls < at) break;
      reached = at;
      healthy.clock.nowMs += 5000;
      const { file } = await healthy.uploads.complete(TENANT, id, { part_ids: partIds });
      expect(file).toEqual(answered ?? file);
      expect((await healthy.files.list(TENANT, { limit: 10, order: 'desc' })).data).toEqual([file]);
      expect(await readFile(healthy, file?.id ?? '')).toBe(WHOLE);
    }
    expect(reached).toBeGreaterThanOrEqual(7);
  });

  it('lets one of two processes that complete at once with different parts decide', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const { id, partIds } = await uploadOf(bulk);
    const orders = [partIds, partIds.toReversed()];
    const answers = await Promise.allSettled(
      orders.map(async (part_ids) => {
        const other = createTestBulk({ store, clock: bulk.clock });
        return await other.uploads.complete(TENANT, id, { part_ids });
      }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = answers.findIndex(({ status }) => status === 'fulfilled');
    const [file] = (await bulk.files.list(TENANT, { limit: 10, order: 'desc' })).data;
    const expected = winner === 0 ? WHOLE : [...PIECES].toReversed().join('');
    expect(await readFile(bulk, file?.id ?? '')).toBe(expected);
  });

  it('does not bring back a file that was deleted while a process slept over completing it', async () => {
    const inner = new MemoryObjectStore();
    const bulk = createTestBulk({ store: inner });
    const { id, partIds } = await uploadOf(bulk);
    const sleepy = new SleepyStore(inner);
    const sleeper = createTestBulk({ store: sleepy, clock: bulk.clock });
    const late = sleeper.uploads.complete(TENANT, id, { part_ids: partIds });
    await sleepy.asleep.promise;
    const { file } = await bulk.uploads.complete(TENANT, id, { part_ids: partIds });
    await expect.poll(async () => await listKeys(bulk, objectKeys.uploads(TENANT))).toEqual([]);
    await bulk.files.delete(TENANT, file?.id ?? '');
    sleepy.awake.resolve();
    expect((await late).file).toEqual(file);
    await expect(bulk.files.retrieve(TENANT, file?.id ?? '')).rejects.toMatchObject({ reason: 'not_found' });
  });
});

/** Joins objects, and does not hear of it for a while. */
class SleepyStore extends FaultyStore {
  readonly asleep = Promise.withResolvers<void>();
  readonly awake = Promise.withResolvers<void>();

  override async compose(
    key: string,
    parts: AsyncIterable<ComposePart>,
    options?: WriteOptions,
  ): Promise<{ etag: string; size: number }> {
    const answer = await super.compose(key, parts, options);
    this.asleep.resolve();
    await this.awake.promise;
    return answer;
  }
}

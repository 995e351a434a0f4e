import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ComposePart, ObjectStore, probeConditionalWrites } from '#storage';
import { collect, toAsync } from '../../../libs/storage/src/testing/contract/collect.js';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

const MIB = 1_048_576;

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterEach(() => {
  s3.faults.clear();
});
afterAll(() => s3.close());

describe('when S3 does not answer well', () => {
  it('rides out a short burst of 503 and of resets', async () => {
    const store = s3.openStore();
    s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'error', times: 2 });
    await store.put('faults/burst', 'stored');
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'reset', times: 2 });
    expect((await store.get('faults/burst')).body.toString()).toBe('stored');
  });

  it('says storage_unavailable when 503 lasts, and works again after it', async () => {
    const store = s3.openStore({ maxAttempts: 1 });
    const fault = s3.faults.add({ target: 's3', kind: 'error' });
    await expect(store.put('faults/down', 'x')).rejects.toMatchObject({
      reason: 'storage_unavailable',
      retryAfterSeconds: 5,
    });
    await expect(store.get('faults/down')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    await expect(store.head('faults/down')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    await expect(store.list('faults/')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    await expect(store.delete(['faults/a', 'faults/b'])).rejects.toMatchObject({ reason: 'storage_unavailable' });
    s3.faults.remove(fault);
    await store.put('faults/down', 'x');
  });

  it.each(['PutObject', 'GetObject', 'HeadObject', 'ListObjectsV2', 'DeleteObject'])(
    'ends a %s that stalls',
    async (operation) => {
      const store = s3.openStore({ requestTimeoutMs: 150 });
      s3.faults.add({ target: 's3', operation, kind: 'stall' });
      const calls: Record<string, () => Promise<unknown>> = {
        PutObject: () => store.put('faults/stall', 'x'),
        GetObject: () => store.getStream('faults/stall'),
        HeadObject: () => store.head('faults/stall'),
        ListObjectsV2: () => store.list('faults/'),
        DeleteObject: () => store.delete(['faults/stall']),
      };
      const call = calls[operation]?.();
      await expect(call).rejects.toMatchObject({ reason: 'storage_unavailable', cause: { name: 'TimeoutError' } });
    },
  );

  it.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
    'ends an upload whose %s stalls',
    async (operation) => {
      const store = s3.openStore({ requestTimeoutMs: 150 });
      s3.faults.add({ target: 's3', operation, kind: 'stall' });
      // One megabyte a second is the slowest line waited for: parts of 8 MiB would be given 8 seconds more.
      const source: ComposePart = { copy: 'faults/source', size: 6 * MIB };
      await s3.openStore().put('faults/source', randomBytes(6 * MIB));
      const parts = operation === 'UploadPart' ? [source, { bytes: Buffer.alloc(1_000) }] : [source];
      await expect(store.compose('faults/slow', toAsync<ComposePart>(parts))).rejects.toMatchObject({
        reason: 'storage_unavailable',
      });
      await expect(s3.openStore().head('faults/slow')).rejects.toMatchObject({ reason: 'not_found' });
    },
  );

  it('lets a caller leave a stalled request at once', async () => {
    const store = s3.openStore({ requestTimeoutMs: 60_000 });
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'stall' });
    const caller = new AbortController();
    const reading = store.get('faults/stall', { signal: caller.signal });
    const reason = new Error('the caller has left');
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it.each([0, 1, 500_000])('never takes a body that is cut after %d bytes for a whole one', async (afterBytes) => {
    const store = s3.openStore();
    await store.put('faults/cut', randomBytes(MIB));
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'cut', afterBytes });
    await expect(store.get('faults/cut')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    const reading = store.getStream('faults/cut').then(({ body }) => collect(body));
    await expect(reading).rejects.toMatchObject({ reason: 'storage_unavailable' });
    const part: ComposePart = { copy: 'faults/cut', size: MIB };
    await expect(store.compose('faults/joined', toAsync([part]))).rejects.toMatchObject({
      reason: 'storage_unavailable',
    });
  });

  it('ends a body with the caller’s reason when the caller leaves in the middle', async () => {
    const store = s3.openStore();
    await store.put('faults/left', randomBytes(8 * MIB));
    const caller = new AbortController();
    const { body } = await store.getStream('faults/left', { signal: caller.signal });
    const reason = new Error('the caller has left');
    const reading = (async () => {
      for await (const chunk of body) if (chunk !== undefined) caller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('names a bucket that does not exist', async () => {
    const store = s3.openStore({ bucket: 'no-such-bucket' });
    await expect(store.put('key', 'x')).rejects.toMatchObject({
      reason: 'storage_unavailable',
      message: expect.stringContaining("'no-such-bucket'") as string,
    });
    await expect(store.get('key')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('says storage_unavailable when nobody listens', async () => {
    const store = s3.openStore({ endpoint: 'http://127.0.0.1:9' });
    await expect(store.get('key')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });
});

describe('when answers to multipart uploads and streams get lost', () => {
  const condition = { absent: true } as const;

  it.each([
    ['PutObject', 1_000],
    ['CreateMultipartUpload', 9 * MIB],
    ['UploadPart', 9 * MIB],
    ['CompleteMultipartUpload', 9 * MIB],
  ])('recognises its own object after a lost %s', async (operation, size) => {
    const store = s3.openStore();
    const key = `lost/${operation}`;
    const content = randomBytes(size);
    s3.faults.add({ target: 's3', operation, kind: 'answer-lost', oncePerKey: true });
    const stored = await store.putStream(key, toAsync([content]), { condition });
    const read = await store.get(key);
    expect(read.etag).toBe(stored.etag);
    expect(read.body.equals(content)).toBe(true);
    const again = store.putStream(key, toAsync([content]), { condition });
    await expect(again).rejects.toMatchObject({ reason: 'precondition_failed' });
  });

  it('does so also when every attempt’s answer is lost', async () => {
    const store = s3.openStore({ maxAttempts: 1 });
    s3.faults.add({ target: 's3', operation: 'CompleteMultipartUpload', kind: 'answer-lost' });
    const content = randomBytes(9 * MIB);
    const stored = await store.putStream('lost/always', toAsync([content]));
    expect(await store.head('lost/always')).toMatchObject({ etag: stored.etag, size: content.length });
  });
});

describe('probeConditionalWrites on the local S3', () => {
  const probe = (store: ObjectStore): Promise<unknown> => probeConditionalWrites(store);

  it('is content, and leaves nothing behind', async () => {
    const store = s3.openStore();
    expect(await probe(store)).toEqual({ ok: true });
    expect((await store.list('probe/')).objects).toEqual([]);
  });

  it('is content when answers get lost', async () => {
    s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'answer-lost', oncePerKey: true });
    expect(await probe(s3.openStore())).toEqual({ ok: true });
  });

  it('does not blame a server that is away', async () => {
    s3.faults.add({ target: 's3', kind: 'error' });
    await expect(probe(s3.openStore({ maxAttempts: 1 }))).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });
});

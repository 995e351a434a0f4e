import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ObjectStore } from '#storage';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

const MIB = 1_048_576;
const KEY = 'ranges/samples';
const FIRST = 100_000;
const content = randomBytes(2 * MIB);

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
  await s3.openStore().put(KEY, content);
});
afterEach(() => {
  s3.faults.clear();
  vi.useRealTimers();
});
afterAll(() => s3.close());

async function read(store: ObjectStore, signal?: AbortSignal): Promise<boolean> {
  const memory = Buffer.alloc(MIB);
  await store.readInto(KEY, memory, { first: FIRST, ...(signal !== undefined && { signal }) });
  return memory.equals(content.subarray(FIRST, FIRST + MIB));
}

describe('ranges that are read into memory', () => {
  it('come by one request each, all by one presigned URL', async () => {
    const store = s3.openStore();
    const before = s3.requestCount('GetObject');
    const paths: string[] = [];
    const note = (message: unknown): void =>
      void paths.push((message as { readonly request: { readonly path: string } }).request.path);
    subscribe('undici:request:create', note);
    for (let reads = 0; reads < 5; reads++) expect(await read(store)).toBe(true);
    unsubscribe('undici:request:create', note);
    expect(s3.requestCount('GetObject') - before).toBe(5);
    expect(paths).toHaveLength(5);
    expect([...new Set(paths)]).toEqual([expect.stringContaining('X-Amz-Signature=')]);
  });

  it.each([
    { kind: 'error' },
    { kind: 'reset' },
    { kind: 'cut', afterBytes: 0 },
    { kind: 'cut', afterBytes: 500_000 },
    { kind: 'stall' },
  ])('are whole also where the presigned URL does not do: $kind $afterBytes', async (fault) => {
    const store = s3.openStore({ requestTimeoutMs: 300 });
    const id = s3.faults.add({ target: 's3', operation: 'GetObject', times: 1, ...fault });
    expect(await read(store)).toBe(true);
    expect(s3.faults.list().find((known) => known.id === id)?.fired).toBe(1);
  });

  it('are left to the SDK for a while where presigned URLs are refused', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const store = s3.openStore();
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'error', status: 403, times: 1 });
    const before = s3.requestCount('GetObject');
    for (let reads = 0; reads < 3; reads++) expect(await read(store)).toBe(true);
    expect(s3.requestCount('GetObject') - before).toBe(4);
  });

  it('fail as the SDK says where S3 is away', async () => {
    const store = s3.openStore({ maxAttempts: 1 });
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'error' });
    await expect(read(store)).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('let a caller leave at once', async () => {
    const store = s3.openStore({ requestTimeoutMs: 60_000 });
    s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'stall' });
    const caller = new AbortController();
    const reason = new Error('the caller has left');
    const reading = read(store, caller.signal);
    setTimeout(() => caller.abort(reason), 50);
    await expect(reading).rejects.toBe(reason);
    await expect(read(store, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

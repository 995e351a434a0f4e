import { describe, expect, it } from 'vitest';
import { RequestDeadline } from './request-deadline.js';
import { S3ObjectStore } from './s3-object-store.js';

const CONFIG = {
  bucket: 'bucket',
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:9',
  forcePathStyle: true,
  requestTimeoutMs: 100,
  maxAttempts: 1,
  maxSockets: 1,
};
const endless = (): Promise<never> => new Promise(() => undefined);

describe('a request that hangs before it is sent', () => {
  it('ends at its deadline', async () => {
    const store = new S3ObjectStore(CONFIG, { credentials: endless });
    await expect(store.get('key')).rejects.toMatchObject({
      reason: 'storage_unavailable',
      cause: { name: 'TimeoutError' },
    });
    store.close();
  });

  it('ends with its caller', async () => {
    const store = new S3ObjectStore({ ...CONFIG, requestTimeoutMs: 60_000 }, { credentials: endless });
    const caller = new AbortController();
    const reading = store.get('key', { signal: caller.signal });
    const reason = new Error('left');
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    store.close();
  });
});

describe('RequestDeadline', () => {
  it('ends at once for a caller that has left before', async () => {
    const reason = new Error('left');
    const deadline = new RequestDeadline(60_000, AbortSignal.abort(reason));
    await expect(deadline.race(endless())).rejects.toBe(reason);
    deadline.clear();
  });
});

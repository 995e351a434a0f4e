import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuardedBody, type BodyGuard } from './guarded-body.js';

function guard(source: PassThrough, limits: Partial<BodyGuard> = {}): GuardedBody {
  return new GuardedBody(source, { expectedBytes: 4, inactivityMs: 1_000, place: { bucket: 'bucket' }, ...limits });
}

describe('GuardedBody', () => {
  it('passes a whole body on', async () => {
    const source = new PassThrough();
    source.end('abcd');
    expect(await text(guard(source))).toBe('abcd');
  });

  it.each(['abc', 'abcde'])('never takes %j for four bytes', async (content) => {
    const source = new PassThrough();
    source.end(content);
    await expect(buffer(guard(source))).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('fails when the connection closes before the end', async () => {
    const source = new PassThrough();
    const body = guard(source);
    source.write('ab');
    source.destroy();
    await expect(buffer(body)).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('translates the connection’s own failure', async () => {
    const source = new PassThrough();
    const cause = new Error('ECONNRESET');
    source.destroy(cause);
    await expect(buffer(guard(source))).rejects.toMatchObject({ reason: 'storage_unavailable', cause });
  });

  it('ends with the caller’s reason, and closes the source', async () => {
    const source = new PassThrough();
    const caller = new AbortController();
    const reading = buffer(guard(source, { signal: caller.signal }));
    const reason = new Error('left');
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
  });

  it('closes the source when the reader stops early', async () => {
    const source = new PassThrough();
    const body = guard(source);
    source.write('ab');
    for await (const chunk of body) {
      expect(String(chunk)).toBe('ab');
      break;
    }
    expect(source.destroyed).toBe(true);
  });

  describe('in silence', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('fails when no byte comes for too long while the reader waits', async () => {
      const source = new PassThrough();
      const reading = Promise.allSettled([buffer(guard(source))]);
      await vi.advanceTimersByTimeAsync(1_001);
      const [outcome] = await reading;
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'storage_unavailable' } });
      expect(source.destroyed).toBe(true);
    });

    it('has patience with a reader that pauses', async () => {
      const source = new PassThrough();
      const body = guard(source, { expectedBytes: 200_000 });
      for (let written = 0; written < 200_000; written += 10_000) source.write(Buffer.alloc(10_000));
      source.end();
      const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      let received = (await iterator.next()).value?.length ?? 0;
      await vi.advanceTimersByTimeAsync(3_600_000);
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        received += next.value.length;
      expect(received).toBe(200_000);
    });
  });
});

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { createDataDir, removeDataDir, startS3 } from './testing/start-s3.js';
import { useS3 } from './testing/use-s3.js';

describe('faults of S3 on demand', () => {
  const fixture = useS3();
  const put = (Key: string, Body: string) =>
    fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body }));
  const read = async (Key: string) => {
    const { Body } = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return Body?.transformToString();
  };
  afterEach(() => fixture.s3.faults.clear());

  it('error: refuses before any effect, with SlowDown unless another status was asked for', async () => {
    await put('error', 'before');
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'error', times: 1 });
    expect(await refusalOf(put('error', 'after'))).toEqual({ name: 'SlowDown', status: 503 });
    fixture.s3.faults.add({
      target: 's3',
      operation: 'PutObject',
      kind: 'error',
      times: 1,
      status: 500,
      message: 'out of order',
    });
    await expect(put('error', 'after')).rejects.toMatchObject({ name: 'InternalError', message: 'out of order' });
    expect(await read('error')).toBe('before');
    await put('error', 'after');
    expect(await read('error')).toBe('after');
  });

  it('error: is what the retries of the SDK are for', async () => {
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'error', times: 2 });
    const patient = fixture.s3.client({ maxAttempts: 3 });
    const written = await patient.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'retried', Body: 'x' }));
    expect(written.$metadata.attempts).toBe(3);
  });

  it('reset: breaks the connection before any effect', async () => {
    await put('reset', 'before');
    fixture.s3.faults.add({ target: 's3', keyPattern: '^reset$', kind: 'reset', times: 1 });
    await expect(put('reset', 'after')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await read('reset')).toBe('before');
  });

  it('answer-lost: does the write and breaks the connection instead of answering', async () => {
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'answer-lost', oncePerKey: true });
    await expect(put('lost', 'written')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await read('lost')).toBe('written');
    const again = new PutObjectCommand({ Bucket: fixture.bucket, Key: 'lost', Body: 'x', IfNoneMatch: '*' });
    expect((await refusalOf(fixture.client.send(again))).status).toBe(412);
  });

  it('answer-error: does the write and answers with an error', async () => {
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'answer-error', times: 2 });
    expect(await refusalOf(put('answered', 'written'))).toEqual({ name: 'InternalError', status: 500 });
    expect(await read('answered')).toBe('written');
  });

  it('cut: ends a body early, which the reader notices', async () => {
    const body = 'x'.repeat(500_000);
    await put('cut', body);
    fixture.s3.faults.add({ target: 's3', operation: 'GetObject', kind: 'cut', afterBytes: 200_000, times: 1 });
    const { Body, ContentLength } = await fixture.client.send(
      new GetObjectCommand({ Bucket: fixture.bucket, Key: 'cut' }),
    );
    expect(ContentLength).toBe(500_000);
    let received = 0;
    const reading = (async () => {
      for await (const piece of Body as AsyncIterable<Buffer>) received += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(received).toBe(200_000);
    expect(await read('cut')).toBe(body);
  });

  it('slow: waits before the work and then does it', async () => {
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'slow', delayMs: 300, times: 1 });
    const slow = put('slow', 'slow one');
    await expect.poll(() => fixture.s3.faults.list()[0]?.fired).toBe(1);
    await put('slow', 'quick one');
    await slow;
    expect(await read('slow')).toBe('slow one');
  });

  it('stall: never answers, has no effect, and ends when the client leaves', async () => {
    await put('stalled', 'before');
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'stall', times: 1 });
    const leaving = new AbortController();
    const command = new PutObjectCommand({ Bucket: fixture.bucket, Key: 'stalled', Body: Buffer.alloc(5_000_000) });
    const stalled = fixture.client.send(command, { abortSignal: leaving.signal });
    await expect.poll(() => fixture.s3.faults.list()[0]?.fired).toBe(1);
    leaving.abort();
    await expect(stalled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await read('stalled')).toBe('before');
  });

  it('answer-stall: does the write and never answers, until the client leaves', async () => {
    fixture.s3.faults.add({ target: 's3', operation: 'PutObject', kind: 'answer-stall', times: 1 });
    const leaving = new AbortController();
    const command = new PutObjectCommand({ Bucket: fixture.bucket, Key: 'held', Body: 'written' });
    const held = fixture.client.send(command, { abortSignal: leaving.signal });
    const settled = Promise.allSettled([held]);
    await expect.poll(() => read('held').catch(() => 'not yet')).toBe('written');
    leaving.abort();
    expect(await settled).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  });

  it('stall: does not keep the handler from closing', async () => {
    const s3 = await startS3(await createDataDir());
    s3.faults.add({ target: 's3', kind: 'stall' });
    const stalled = s3.client().send(new ListObjectsV2Command({ Bucket: 'any' }));
    const settled = Promise.allSettled([stalled]);
    await expect.poll(() => s3.faults.list()[0]?.fired).toBe(1);
    await s3.stop();
    expect(await settled).toMatchObject([{ status: 'rejected', reason: { code: 'ECONNRESET' } }]);
    await removeDataDir(s3.dataDir);
  });

  it('strikes only the keys and operations that it was set for, and nobody without a signature', async () => {
    const id = fixture.s3.faults.add({ target: 's3', operation: 'GetObject', keyPattern: '/record$', kind: 'error' });
    await put('t/a/record', 'r');
    await put('t/a/other', 'o');
    expect(await read('t/a/other')).toBe('o');
    expect((await refusalOf(read('t/a/record'))).status).toBe(503);
    await fetch(`${fixture.s3.endpoint}/${fixture.bucket}/t/a/record`);
    expect(fixture.s3.faults.list()).toMatchObject([{ id, fired: 1 }]);
  });
});

describe('a fault that S3 does not know', () => {
  it('is answered with an error that names it, and reported', async () => {
    const s3 = await startS3(await createDataDir());
    s3.faults.add({ target: 's3', kind: 'earthquake' });
    const listing = s3.client().send(new ListObjectsV2Command({ Bucket: 'any' }));
    await expect(listing).rejects.toMatchObject({
      name: 'InternalError',
      message: expect.stringContaining('earthquake') as string,
    });
    expect(s3.internalErrors).toHaveLength(1);
    await s3.stop();
    await removeDataDir(s3.dataDir);
  });
});

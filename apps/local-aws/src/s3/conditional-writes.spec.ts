import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

const writers = [0, 1, 2, 3];

describe('conditional writes in S3', () => {
  const fixture = useS3();
  const put = (Key: string, Body: string, more: object = {}, client: S3Client = fixture.client) =>
    client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body, ...more }));
  const read = async (Key: string, client: S3Client = fixture.client) => {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return { text: (await Body?.transformToString()) ?? '', etag: ETag ?? '' };
  };
  /** Whether a conditional write went through; anything but a failed condition is a failure of the test. */
  const succeeds = async (write: Promise<unknown>): Promise<boolean> => {
    const outcome = await write.then(
      () => 'written',
      (error: unknown) => error,
    );
    if (outcome === 'written') return true;
    expect(await refusalOf(Promise.reject(outcome as Error))).toEqual({ name: 'PreconditionFailed', status: 412 });
    return false;
  };

  it('creates only what is not there', async () => {
    await put('once', '1', { IfNoneMatch: '*' });
    expect(await succeeds(put('once', '2', { IfNoneMatch: '*' }))).toBe(false);
    expect((await read('once')).text).toBe('1');
    await fixture.client.send(new DeleteObjectCommand({ Bucket: fixture.bucket, Key: 'once' }));
    expect(await succeeds(put('once', '3', { IfNoneMatch: '*' }))).toBe(true);
  });

  it('replaces only what it was told to replace', async () => {
    const first = (await put('compared', '1')).ETag;
    const second = (await put('compared', '2', { IfMatch: first })).ETag;
    expect(await succeeds(put('compared', '3', { IfMatch: first }))).toBe(false);
    expect((await read('compared')).text).toBe('2');
    expect(await succeeds(put('compared', '3', { IfMatch: second?.replaceAll('"', '') }))).toBe(true);
    expect(await refusalOf(put('never', 'x', { IfMatch: first }))).toEqual({ name: 'NoSuchKey', status: 404 });
    const head = new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'never' });
    expect((await refusalOf(fixture.client.send(head))).status).toBe(404);
  });

  it('knows no If-None-Match but the star', async () => {
    const refusal = await refusalOf(put('other', 'x', { IfNoneMatch: '"etag"' }));
    expect(refusal).toEqual({ name: 'NotImplemented', status: 501 });
  });

  it('lets exactly one of several racing creators win, and keeps what that one wrote', async () => {
    const clients = writers.map(() => fixture.s3.client());
    for (let round = 0; round < 50; round++) {
      const outcomes = await Promise.all(
        clients.map((client, writer) => {
          const body = `writer ${writer} ${'x'.repeat(20_000)}`;
          return succeeds(put(`race/${round}`, body, { IfNoneMatch: '*' }, client));
        }),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await read(`race/${round}`)).text.startsWith(`writer ${outcomes.indexOf(true)} `)).toBe(true);
    }
  });

  it('counts right with several writers that compare and swap, while readers only ever see whole objects', async () => {
    const clients = writers.map(() => fixture.s3.client());
    const padding = 'p'.repeat(30_000);
    const encode = (count: number) => `${count} ${padding}`;
    const decode = (text: string): number => {
      const [count, rest] = text.split(' ');
      expect(rest).toBe(padding);
      return Number(count);
    };
    await put('counter', encode(0));
    let writing = true;
    const seen: number[] = [];
    const reader = (async () => {
      while (writing) seen.push(decode((await read('counter')).text));
    })();
    let acknowledged = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let written = 0; written < 25;) {
          const { text, etag } = await read('counter', client);
          const swapped = await succeeds(put('counter', encode(decode(text) + 1), { IfMatch: etag }, client));
          if (swapped) written += 1;
          if (swapped) acknowledged += 1;
        }
      }),
    );
    writing = false;
    await reader;
    expect(acknowledged).toBe(100);
    expect(decode((await read('counter')).text)).toBe(100);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
  });

  it('lets exactly one of a deleter and a replacer of the same version win', async () => {
    for (let round = 0; round < 30; round++) {
      const Key = `contested/${round}`;
      const etag = (await put(Key, 'first')).ETag;
      const deletion = fixture.client.send(new DeleteObjectCommand({ Bucket: fixture.bucket, Key, IfMatch: etag }));
      const [replaced, deleted] = await Promise.allSettled([put(Key, 'second', { IfMatch: etag }), deletion]);
      expect([replaced.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
      const left = await read(Key).then(
        ({ text }) => text,
        () => 'nothing',
      );
      expect(left).toBe(replaced.status === 'fulfilled' ? 'second' : 'nothing');
    }
  });
});

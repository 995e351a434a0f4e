import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  DeleteObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

describe('objects in S3', () => {
  const fixture = useS3();
  const put = (key: string, body: string | Buffer | Readable, more: object = {}) =>
    fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: key, Body: body, ...more }));
  const get = (key: string, more: object = {}) =>
    fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key: key, ...more }));
  const textOf = async (key: string, more: object = {}) => (await get(key, more)).Body?.transformToString();

  it('gives back bytes, metadata and content headers as they were put', async () => {
    const written = await put('full', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="x.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { job: '42', Note: 'a b' },
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
    });
    expect(written.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const expected = {
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="x.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
      Metadata: { job: '42', note: 'a b' },
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      ContentLength: 5,
      AcceptRanges: 'bytes',
    };
    const read = await get('full');
    expect(read).toMatchObject(expected);
    expect(await read.Body?.transformToString()).toBe('hello');
    const head = await fixture.client.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'full' }));
    expect(head).toMatchObject(expected);
    expect(Math.abs((head.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('stores a stream without the framing it travels in', async () => {
    const body = Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(50_000, 2)]);
    await put('stream', body, { ContentLength: 120_000, ContentEncoding: 'gzip' });
    const read = await get('stream');
    const bytes = Buffer.from((await read.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([Buffer.alloc(70_000, 1), Buffer.alloc(50_000, 2)]))).toBe(true);
    expect(read.ContentEncoding).toBe('gzip');
  });

  it('stores an empty object', async () => {
    await put('empty', Buffer.alloc(0));
    expect((await get('empty')).ContentLength).toBe(0);
    expect(await textOf('empty')).toBe('');
    expect(await refusalOf(get('empty', { Range: 'bytes=0-' }))).toEqual({ name: 'InvalidRange', status: 416 });
  });

  it('keeps the bytes of a large object whole', async () => {
    const bytes = Buffer.alloc(9_000_001, 'sluice');
    await put('large', bytes);
    const read = Buffer.from((await (await get('large')).Body?.transformToByteArray()) ?? []);
    expect(read.equals(bytes)).toBe(true);
  });

  it.each([
    ['bytes=1-3', 'ell', 'bytes 1-3/5'],
    ['bytes=2-', 'llo', 'bytes 2-4/5'],
    ['bytes=-2', 'lo', 'bytes 3-4/5'],
    ['bytes=-99', 'hello', 'bytes 0-4/5'],
    ['bytes=4-99', 'o', 'bytes 4-4/5'],
  ])('answers the range %s with a part', async (range, body, contentRange) => {
    await put('ranged', 'hello');
    const read = await get('ranged', { Range: range });
    expect(read.$metadata.httpStatusCode).toBe(206);
    expect(read.ContentRange).toBe(contentRange);
    expect(await read.Body?.transformToString()).toBe(body);
  });

  it('sends the whole object for several ranges and for a range that is none', async () => {
    await put('ranged', 'hello');
    for (const range of ['bytes=0-1,3-4', 'bytes=3-1', 'lines=1-2']) {
      const read = await get('ranged', { Range: range });
      expect([read.$metadata.httpStatusCode, await read.Body?.transformToString()]).toEqual([200, 'hello']);
    }
    expect(await refusalOf(get('ranged', { Range: 'bytes=5-9' }))).toEqual({ name: 'InvalidRange', status: 416 });
  });

  it('reads under a condition, also a range', async () => {
    const etag = (await put('conditional', 'hello')).ETag;
    expect(await textOf('conditional', { IfMatch: etag, Range: 'bytes=0-1' })).toBe('he');
    const failed = { name: 'PreconditionFailed', status: 412 };
    expect(await refusalOf(get('conditional', { IfMatch: '"other"' }))).toEqual(failed);
    expect(await refusalOf(get('conditional', { IfMatch: '"other"', Range: 'bytes=0-1' }))).toEqual(failed);
    expect((await refusalOf(get('conditional', { IfNoneMatch: etag }))).status).toBe(304);
    expect(await textOf('conditional', { IfNoneMatch: '"other"' })).toBe('hello');
    const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
    expect((await refusalOf(get('conditional', { IfModifiedSince: future }))).status).toBe(304);
    expect(await textOf('conditional', { IfModifiedSince: past })).toBe('hello');
    expect(await refusalOf(get('conditional', { IfUnmodifiedSince: past }))).toEqual(failed);
    expect(await textOf('conditional', { IfUnmodifiedSince: past, IfMatch: etag })).toBe('hello');
  });

  it('names what is missing', async () => {
    expect(await refusalOf(get('absent'))).toEqual({ name: 'NoSuchKey', status: 404 });
    const head = new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'absent' });
    expect(await refusalOf(fixture.client.send(head))).toEqual({ name: 'NotFound', status: 404 });
    const elsewhere = new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'k' });
    expect(await refusalOf(fixture.client.send(elsewhere))).toEqual({ name: 'NoSuchBucket', status: 404 });
  });

  it('deletes once and again without complaint, and under a condition', async () => {
    const Bucket = fixture.bucket;
    const etag = (await put('doomed', 'x')).ETag;
    const remove = (more: object) => fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'doomed', ...more }));
    expect((await refusalOf(remove({ IfMatch: '"other"' }))).status).toBe(412);
    expect(await textOf('doomed')).toBe('x');
    await remove({ IfMatch: etag });
    expect((await refusalOf(get('doomed'))).name).toBe('NoSuchKey');
    await remove({});
    expect((await refusalOf(remove({ IfMatch: '*' }))).status).toBe(404);
  });

  it('deletes many at once and says which could not be', async () => {
    const Bucket = fixture.bucket;
    const keys = ['many/a&b', 'many/<c>', 'many/ d'];
    await Promise.all(keys.map((key) => put(key, 'x')));
    const Objects = [...keys.map((Key) => ({ Key })), { Key: 'full', ETag: '"other"' }];
    const result = await fixture.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(result.Deleted?.map(({ Key }) => Key)).toEqual(keys);
    expect(result.Errors).toMatchObject([{ Key: 'full', Code: 'PreconditionFailed' }]);
    expect(await refusalOf(get('many/a&b'))).toMatchObject({ name: 'NoSuchKey' });
    expect(await textOf('full')).toBe('hello');
    const quietly = await fixture.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'many/never' }], Quiet: true } }),
    );
    expect(quietly.Deleted).toBeUndefined();
  });

  it('keeps tags beside an object without touching it', async () => {
    const address = { Bucket: fixture.bucket, Key: 'tagged' };
    const etag = (await put('tagged', 'x', { Tagging: 'ttl=7d&a%20b=c', Metadata: { kept: 'yes' } })).ETag;
    const tagsOf = async () => (await fixture.client.send(new GetObjectTaggingCommand(address))).TagSet;
    expect(await tagsOf()).toEqual([
      { Key: 'ttl', Value: '7d' },
      { Key: 'a b', Value: 'c' },
    ]);
    const TagSet = [{ Key: 'k', Value: '<v>' }];
    await fixture.client.send(new PutObjectTaggingCommand({ ...address, Tagging: { TagSet } }));
    expect(await tagsOf()).toEqual(TagSet);
    expect(await get('tagged')).toMatchObject({ ETag: etag, Metadata: { kept: 'yes' }, TagCount: 1 });
    const twice = { TagSet: [...TagSet, ...TagSet] };
    const refused = fixture.client.send(new PutObjectTaggingCommand({ ...address, Tagging: twice }));
    expect(await refusalOf(refused)).toEqual({ name: 'InvalidTag', status: 400 });
    await fixture.client.send(new DeleteObjectTaggingCommand(address));
    expect(await tagsOf()).toEqual([]);
    expect(await textOf('tagged')).toBe('x');
  });

  it('lets a reader finish with the bytes it began with while the object is replaced', async () => {
    await put('replaced', Buffer.alloc(4_000_000, 'a'));
    const reading = await get('replaced');
    await put('replaced', Buffer.alloc(4_000_000, 'b'));
    const read = Buffer.from((await reading.Body?.transformToByteArray()) ?? []);
    expect(read.equals(Buffer.alloc(4_000_000, 'a'))).toBe(true);
    expect((await textOf('replaced', { Range: 'bytes=0-2' })) ?? '').toBe('bbb');
  });
});

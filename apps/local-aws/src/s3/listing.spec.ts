import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

const keys = [
  ...Array.from({ length: 12 }, (_, number) => `l/${number % 3}/f${String(number).padStart(2, '0')}`),
  'l/z',
  'l-before',
  'm/ä b+c',
  'm/\u{1F600}',
  'm/\uFF5E',
];

describe('listing a bucket in S3', () => {
  const fixture = useS3();
  const list = (more: Partial<ListObjectsV2CommandInput>) =>
    fixture.client.send(new ListObjectsV2Command({ Bucket: fixture.bucket, ...more }));
  beforeAll(async () => {
    await Promise.all(
      keys.map((Key) => fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body: Key }))),
    );
  });

  it('gives all keys in the order of their UTF-8 bytes, with size, ETag and time', async () => {
    const { Contents, KeyCount, IsTruncated } = await list({});
    const inOrder = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    expect(Contents?.map(({ Key }) => Key)).toEqual(inOrder);
    expect([KeyCount, IsTruncated]).toEqual([keys.length, false]);
    const entry = Contents?.find(({ Key }) => Key === 'l/z');
    expect(entry).toMatchObject({ Size: 3, StorageClass: 'STANDARD' });
    expect(entry).not.toHaveProperty('Owner');
    expect(entry?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(entry?.LastModified).toBeInstanceOf(Date);
  });

  it('names the owner when asked', async () => {
    expect((await list({ FetchOwner: true })).Contents?.[0]?.Owner?.ID).toBe('local');
  });

  it('pages through everything once, whatever the page length', async () => {
    for (const pageSize of [1, 5, 12]) {
      const seen: (string | undefined)[] = [];
      const pages = paginateListObjectsV2(
        { client: fixture.client, pageSize },
        { Bucket: fixture.bucket, Prefix: 'l/' },
      );
      for await (const page of pages) {
        expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      }
      expect(seen).toEqual(keys.filter((key) => key.startsWith('l/')).sort());
    }
  });

  it('groups keys by a delimiter, also across pages', async () => {
    const grouped = await list({ Prefix: 'l/', Delimiter: '/' });
    expect(grouped.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['l/0/', 'l/1/', 'l/2/']);
    expect(grouped.Contents?.map(({ Key }) => Key)).toEqual(['l/z']);
    const first = await list({ Prefix: 'l/', Delimiter: '/', MaxKeys: 2 });
    const second = await list({ Prefix: 'l/', Delimiter: '/', ContinuationToken: first.NextContinuationToken });
    expect(first.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['l/0/', 'l/1/']);
    expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['l/2/']);
  });

  it('begins behind a key that need not exist', async () => {
    const { Contents } = await list({ Prefix: 'l/1/', StartAfter: 'l/1/f04x', MaxKeys: 1 });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['l/1/f07']);
  });

  it('encodes keys in the answer on request', async () => {
    const { Contents, EncodingType, Prefix } = await list({ Prefix: 'm/ä', EncodingType: 'url' });
    expect([EncodingType, Prefix]).toEqual(['url', 'm/%C3%A4']);
    expect(Contents?.map(({ Key }) => Key)).toEqual(['m/%C3%A4%20b%2Bc']);
  });

  it('answers a page of no keys, an empty prefix match and a wrong parameter', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect((await list({ Prefix: 'nothing/' })).Contents).toBeUndefined();
    expect(await refusalOf(list({ MaxKeys: -1 }))).toEqual({ name: 'InvalidArgument', status: 400 });
    expect(await refusalOf(list({ ContinuationToken: 'no token!' }))).toEqual({ name: 'InvalidArgument', status: 400 });
    expect(await refusalOf(list({ Bucket: 'no-such-bucket' }))).toEqual({ name: 'NoSuchBucket', status: 404 });
  });

  it('still answers the first version of listing, with markers', async () => {
    const page = (more: object) => fixture.client.send(new ListObjectsCommand({ Bucket: fixture.bucket, ...more }));
    const first = await page({ Prefix: 'l/', MaxKeys: 8 });
    expect([first.Contents?.length, first.IsTruncated, first.NextMarker]).toEqual([8, true, undefined]);
    const rest = await page({ Prefix: 'l/', Marker: first.Contents?.at(-1)?.Key });
    expect([rest.Contents?.length, rest.IsTruncated]).toEqual([5, false]);
    const grouped = await page({ Prefix: 'l/', Delimiter: '/', MaxKeys: 1 });
    expect([grouped.CommonPrefixes?.[0]?.Prefix, grouped.NextMarker]).toEqual(['l/0/', 'l/0/']);
    const next = await page({ Prefix: 'l/', Delimiter: '/', MaxKeys: 1, Marker: grouped.NextMarker });
    expect(next.CommonPrefixes?.[0]?.Prefix).toBe('l/1/');
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { errorCode, sendSigned } from './testing/send-signed.js';
import { useS3 } from './testing/use-s3.js';

describe('keys of S3 objects', () => {
  const fixture = useS3();
  const put = (Key: string) =>
    fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body: `body of ${Key}` }));
  const read = async (Key: string) => {
    const answer = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return answer.Body?.transformToString();
  };

  it.each([
    'sp/ä b+c&d=é?#%.json',
    'sp/😀/漢字',
    "sp/!'()*,;:@$",
    'sp/100%25 sure',
    'sp//double///slash/',
    'sp/./dots/../and/...',
    'sp/back\\slash"quote',
    'sp/<tag>&amp;',
    'sp/trailing ',
    `sp/${'x'.repeat(1021)}`,
  ])('keeps %j as it is, also in a listing', async (key) => {
    await put(key);
    expect(await read(key)).toBe(`body of ${key}`);
    const list = new ListObjectsV2Command({ Bucket: fixture.bucket, Prefix: key });
    expect((await fixture.client.send(list)).Contents?.map(({ Key }) => Key)).toContain(key);
    const encoded = new ListObjectsV2Command({ Bucket: fixture.bucket, Prefix: key, EncodingType: 'url' });
    const names = (await fixture.client.send(encoded)).Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''));
    expect(names).toContain(key);
  });

  it('keeps keys apart that a file system would take for one', async () => {
    const keys = ['Case', 'case', 'a/b', 'a//b', 'a/b/', 'a', 'e\u0301', '\u00e9', './a'];
    for (const key of keys) await put(key);
    expect(await Promise.all(keys.map(read))).toEqual(keys.map((key) => `body of ${key}`));
  });

  it.each([
    '../../escaped',
    '..%2f..%2fescaped',
    '%2e%2e/%2e%2e/escaped',
    '..\\..\\escaped',
    '/etc/passwd',
    '%00',
    'a%00b',
  ])('stores the key %s inside its folder like any other', async (path) => {
    const before = await readdir(join(fixture.s3.dataDir, '..'));
    const address = `/${fixture.bucket}/${path}`;
    const written = await sendSigned(fixture.s3.endpoint, {
      method: 'PUT',
      path: address,
      headers: { 'content-length': '4' },
      body: ['mine'],
    });
    expect(written.status).toBe(200);
    expect((await sendSigned(fixture.s3.endpoint, { method: 'GET', path: address })).body).toBe('mine');
    expect((await readdir(join(fixture.s3.dataDir))).sort()).toEqual(['buckets', 'staging']);
    expect(await readdir(join(fixture.s3.dataDir, 'buckets'))).toEqual([fixture.bucket]);
    const added = (await readdir(join(fixture.s3.dataDir, '..'))).filter((name) => !before.includes(name));
    expect(added.filter((name) => name.includes('escaped'))).toEqual([]);
  });

  it.each(['..', '%2e%2e', '..%2f..%2fescaped', '.hidden', 'A-Bucket', 'ab', 'a..b', '127.0.0.1'])(
    'refuses a bucket of the name %s',
    async (name) => {
      const answer = await sendSigned(fixture.s3.endpoint, { method: 'PUT', path: `/${name}` });
      expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidBucketName']);
      expect(await readdir(join(fixture.s3.dataDir, 'buckets'))).toEqual([fixture.bucket]);
    },
  );

  it('refuses a key that is too long and an address that is no UTF-8', async () => {
    expect(await refusalOf(put('x'.repeat(1025)))).toEqual({ name: 'KeyTooLongError', status: 400 });
    for (const path of ['%zz', '%ff']) {
      const answer = await sendSigned(fixture.s3.endpoint, { method: 'GET', path: `/${fixture.bucket}/${path}` });
      expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidURI']);
    }
  });

  it('creates a bucket only under a name that S3 allows', async () => {
    const create = fixture.client.send(new CreateBucketCommand({ Bucket: 'Not_Allowed' }));
    expect(await refusalOf(create)).toEqual({ name: 'InvalidBucketName', status: 400 });
  });
});

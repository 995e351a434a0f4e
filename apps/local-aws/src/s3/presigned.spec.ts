import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

const hour = 3600;

describe('presigned access to S3', () => {
  const fixture = useS3();
  const read = async (Key: string) => {
    const answer = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return { text: await answer.Body?.transformToString(), type: answer.ContentType, metadata: answer.Metadata };
  };
  const urlToGet = (more: object = {}, options: object = {}) => {
    const command = new GetObjectCommand({ Bucket: fixture.bucket, Key: 'a.txt', ...more });
    return getSignedUrl(fixture.client, command, { expiresIn: hour, ...options });
  };
  beforeAll(async () => {
    await fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'a.txt', Body: 'hello' }));
  });

  it('reads, also a range, and gives the download the name and type that were signed', async () => {
    const plain = await urlToGet();
    expect(await (await fetch(plain)).text()).toBe('hello');
    const part = await fetch(plain, { headers: { range: 'bytes=0-1' } });
    expect([part.status, await part.text()]).toEqual([206, 'he']);
    const ResponseContentDisposition = 'attachment; filename="öut.json"';
    const named = get(await urlToGet({ ResponseContentDisposition, ResponseContentType: 'application/json' }));
    const [{ headers }] = (await once(named, 'response')) as [IncomingMessage];
    named.destroy();
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-disposition']).toBe(ResponseContentDisposition);
  });

  it('refuses a name that no header can carry', async () => {
    const answer = await fetch(await urlToGet({ ResponseContentDisposition: 'attachment; filename="漢.json"' }));
    expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([400, 'InvalidArgument']);
  });

  it('does not let an override end its header and begin another', async () => {
    const answer = await fetch(await urlToGet({ ResponseContentType: 'text/html\r\nset-cookie: a=b' }));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('writes with the type and metadata that were signed', async () => {
    const put = new PutObjectCommand({
      Bucket: fixture.bucket,
      Key: 'put',
      ContentType: 'audio/wav',
      Metadata: { job: '42' },
    });
    const url = await getSignedUrl(fixture.client, put, {
      expiresIn: hour,
      signableHeaders: new Set(['content-type']),
    });
    const refused = await fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } });
    expect(refused.status).toBe(403);
    const written = await fetch(url, { method: 'PUT', body: 'body', headers: { 'content-type': 'audio/wav' } });
    expect(written.status).toBe(200);
    expect(await read('put')).toEqual({ text: 'body', type: 'audio/wav', metadata: { job: '42' } });
  });

  it('refuses a URL that was changed, has expired or is used for another method', async () => {
    const url = await urlToGet();
    const changed = url.replace('a.txt', 'b.txt');
    const forged = url.replace(
      /(X-Amz-Signature=)(.)/,
      (_whole, name: string, digit: string) => name + (digit === '0' ? '1' : '0'),
    );
    const longer = url.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200');
    const expired = await urlToGet({}, { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) });
    for (const refused of [changed, forged, longer, expired]) expect((await fetch(refused)).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await read('a.txt')).text).toBe('hello');
  });

  it('refuses strangers, and a secret that is wrong, on every kind of request', async () => {
    const anonymous = await fetch(`${fixture.s3.endpoint}/${fixture.bucket}/a.txt`);
    expect([anonymous.status, /<Code>(.*)<\/Code>/.exec(await anonymous.text())?.[1]]).toEqual([403, 'AccessDenied']);
    const wrongSecret = fixture.s3.client({ credentials: { accessKeyId: 'local-key', secretAccessKey: 'wrong' } });
    const Bucket = fixture.bucket;
    const list = wrongSecret.send(new ListObjectsV2Command({ Bucket }));
    expect(await refusalOf(list)).toEqual({ name: 'SignatureDoesNotMatch', status: 403 });
    const put = wrongSecret.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'evil' }));
    expect(await refusalOf(put)).toEqual({ name: 'SignatureDoesNotMatch', status: 403 });
    const wrongKey = fixture.s3.client({ credentials: { accessKeyId: 'other', secretAccessKey: 'x' } });
    const unknown = wrongKey.send(new ListObjectsV2Command({ Bucket }));
    expect(await refusalOf(unknown)).toEqual({ name: 'InvalidAccessKeyId', status: 403 });
    expect((await read('a.txt')).text).toBe('hello');
  });
});

describe('forms posted to S3', () => {
  const fixture = useS3();
  const sign = (options: Partial<PresignedPostOptions> = {}) =>
    createPresignedPost(fixture.client, { Bucket: fixture.bucket, Key: 'posted', Expires: hour, ...options });
  const post = async ({ url, fields }: PresignedPost, file: string | Uint8Array<ArrayBuffer>, changes: object = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, String(value));
    form.append('file', new Blob([file]), 'upload.bin');
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    return { status: answer.status, code: /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1] };
  };
  const bytesOf = async (Key: string) => {
    const { Body, ContentType } = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), type: ContentType };
  };

  it('stores the file that a form brings, whatever bytes it holds', async () => {
    const file = Uint8Array.from(Buffer.from('\r\n--boundary\r\n\u0000'.repeat(20_000)));
    const signed = await sign({
      Fields: { 'Content-Type': 'audio/wav' },
      Conditions: [['content-length-range', 1, 1e6]],
    });
    expect((await post(signed, file)).status).toBe(204);
    const stored = await bytesOf('posted');
    expect([stored.bytes.equals(file), stored.type]).toEqual([true, 'audio/wav']);
  });

  it('answers with the status that the form asked for and fills in the name of the file', async () => {
    const signed = await sign({ Key: 'dir/${filename}', Fields: { success_action_status: '201' } });
    expect((await post(signed, 'x')).status).toBe(201);
    expect((await bytesOf('dir/upload.bin')).bytes.toString()).toBe('x');
  });

  it('keeps to the policy', async () => {
    const signed = await sign({ Key: 'kept', Conditions: [['content-length-range', 2, 4]] });
    expect(await post(signed, '12345')).toEqual({ status: 400, code: 'EntityTooLarge' });
    expect(await post(signed, '1')).toEqual({ status: 400, code: 'EntityTooSmall' });
    expect(await post(signed, '123', { key: 'elsewhere' })).toEqual({ status: 403, code: 'AccessDenied' });
    expect(await post(signed, '123', { 'x-amz-meta-added': '1' })).toEqual({ status: 403, code: 'AccessDenied' });
    const policy = Buffer.from(JSON.stringify({ expiration: '2999-01-01T00:00:00Z', conditions: [] })).toString(
      'base64',
    );
    expect(await post(signed, '123', { Policy: policy })).toEqual({ status: 403, code: 'SignatureDoesNotMatch' });
    const list = await fixture.client.send(new ListObjectsV2Command({ Bucket: fixture.bucket, Prefix: 'kept' }));
    expect(list.KeyCount).toBe(0);
    expect((await post(signed, '123')).status).toBe(204);
  });

  it('refuses a policy that has expired and a form without one', async () => {
    expect(await post(await sign({ Expires: -1 }), 'x')).toEqual({ status: 403, code: 'AccessDenied' });
    const { url } = await sign();
    expect(await post({ url, fields: { key: 'k' } }, 'x')).toEqual({ status: 403, code: 'AccessDenied' });
  });

  it.each(['', '--b\r\n', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk', 'no boundary'])(
    'refuses the broken form %j',
    async (body) => {
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      const answer = await fetch(`${fixture.s3.endpoint}/${fixture.bucket}`, { method: 'POST', headers, body });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('MalformedPOSTRequest');
    },
  );
});

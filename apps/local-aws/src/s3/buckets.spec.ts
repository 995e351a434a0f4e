import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { errorCode, sendSigned } from './testing/send-signed.js';
import { useS3 } from './testing/use-s3.js';

describe('buckets in S3', () => {
  const fixture = useS3();

  it('come, are listed and go', async () => {
    const Bucket = 'short-lived.bucket';
    const create = new CreateBucketCommand({ Bucket });
    await fixture.client.send(create);
    await fixture.client.send(create);
    const { Buckets } = await fixture.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, fixture.bucket]);
    expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
    await fixture.client.send(new HeadBucketCommand({ Bucket }));
    await fixture.client.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusalOf(fixture.client.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 404 });
  });

  it('are deleted only when they are empty', async () => {
    const Bucket = 'not-empty';
    await fixture.client.send(new CreateBucketCommand({ Bucket }));
    await fixture.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const remove = () => fixture.client.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusalOf(remove())).toEqual({ name: 'BucketNotEmpty', status: 409 });
    await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await remove();
    const put = fixture.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await refusalOf(put)).toEqual({ name: 'NoSuchBucket', status: 404 });
  });

  it('remember where they are', async () => {
    const Bucket = 'in-frankfurt';
    const locate = (name: string) => fixture.client.send(new GetBucketLocationCommand({ Bucket: name }));
    const LocationConstraint = 'eu-central-1';
    const create = new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } });
    await fixture.client.send(create);
    expect((await locate(Bucket)).LocationConstraint).toBe('eu-central-1');
    expect((await locate(fixture.bucket)).LocationConstraint).toBeFalsy();
    expect(await refusalOf(fixture.client.send(create))).toEqual({ name: 'BucketAlreadyOwnedByYou', status: 409 });
  });

  it('keep their configuration documents', async () => {
    const Bucket = fixture.bucket;
    const absent = fixture.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(await refusalOf(absent)).toEqual({ name: 'NoSuchLifecycleConfiguration', status: 404 });
    const Rules = [{ ID: 'e', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }];
    const LifecycleConfiguration = { Rules };
    await fixture.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const lifecycle = await fixture.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle.Rules).toEqual(Rules);
    const CORSConfiguration = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] };
    await fixture.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }));
    const cors = await fixture.client.send(new GetBucketCorsCommand({ Bucket }));
    expect(cors.CORSRules).toEqual(CORSConfiguration.CORSRules);
    await fixture.client.send(new DeleteBucketCorsCommand({ Bucket }));
    const gone = fixture.client.send(new GetBucketCorsCommand({ Bucket }));
    expect(await refusalOf(gone)).toEqual({ name: 'NoSuchCORSConfiguration', status: 404 });
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await fixture.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await fixture.client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    expect((await fixture.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });

  it('refuse a document that is no XML of its kind', async () => {
    const path = `/${fixture.bucket}`;
    for (const body of ['<CORSConfiguration>', '<Other/>', '', 'text']) {
      const headers = { 'content-length': String(body.length) };
      const put = { method: 'PUT', path, query: { cors: '' }, headers, body: [body] };
      const answer = await sendSigned(fixture.s3.endpoint, put);
      expect([answer.status, errorCode(answer)]).toEqual([400, 'MalformedXML']);
    }
  });

  it('say what is not implemented instead of taking it for something else', async () => {
    await fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'object', Body: 'mine' }));
    const address = `/${fixture.bucket}/object`;
    const headers = { 'content-length': '3' };
    for (const query of [{ acl: '' }, { retention: '' }, { versionId: 'abc' }] as Record<string, string>[]) {
      const put = { method: 'PUT', path: address, query, headers, body: ['acl'] };
      const answer = await sendSigned(fixture.s3.endpoint, put);
      expect([answer.status, errorCode(answer)]).toEqual([501, 'NotImplemented']);
    }
    const patched = await sendSigned(fixture.s3.endpoint, { method: 'PATCH', path: address });
    expect([patched.status, errorCode(patched)]).toEqual([405, 'MethodNotAllowed']);
    const read = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key: 'object' }));
    expect(await read.Body?.transformToString()).toBe('mine');
  });

  it('count the requests that they have served', async () => {
    const before = fixture.s3.handler.requestCount();
    await fixture.client.send(new ListBucketsCommand({}));
    await refusalOf(fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key: 'absent' })));
    const stranger = fixture.s3.client({ credentials: { accessKeyId: 'other', secretAccessKey: 'x' } });
    await refusalOf(stranger.send(new ListBucketsCommand({})));
    const after = fixture.s3.handler.requestCount();
    expect((after['ListBuckets'] ?? 0) - (before['ListBuckets'] ?? 0)).toBe(1);
    expect((after['GetObject'] ?? 0) - (before['GetObject'] ?? 0)).toBe(1);
  });
});

import { CopyObjectCommand, GetObjectCommand, GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

describe('copying objects in S3', () => {
  const fixture = useS3();
  const source = 'from/ä b+c?.txt';
  let sourceEtag: string | undefined;
  const copy = (Key: string, more: object = {}) =>
    fixture.client.send(
      new CopyObjectCommand({
        Bucket: fixture.bucket,
        Key,
        CopySource: `${fixture.bucket}/${encodeURIComponent(source)}`,
        ...more,
      }),
    );
  const get = (Key: string) => fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
  beforeAll(async () => {
    const put = new PutObjectCommand({
      Bucket: fixture.bucket,
      Key: source,
      Body: 'hello',
      ContentType: 'text/plain',
      Metadata: { job: '42' },
      Tagging: 'k=v',
    });
    sourceEtag = (await fixture.client.send(put)).ETag;
  });

  it('copies bytes, headers, metadata and tags', async () => {
    const { CopyObjectResult } = await copy('copied');
    expect(CopyObjectResult?.ETag).toBe(sourceEtag);
    const read = await get('copied');
    expect(read).toMatchObject({ ContentType: 'text/plain', Metadata: { job: '42' }, TagCount: 1 });
    expect(await read.Body?.transformToString()).toBe('hello');
  });

  it('replaces metadata and tags where it is told to', async () => {
    await copy('replaced', {
      MetadataDirective: 'REPLACE',
      Metadata: { other: 'yes' },
      ContentType: 'text/csv',
      TaggingDirective: 'REPLACE',
      Tagging: 'a=b',
    });
    expect(await get('replaced')).toMatchObject({ ContentType: 'text/csv', Metadata: { other: 'yes' } });
    const tagging = new GetObjectTaggingCommand({ Bucket: fixture.bucket, Key: 'replaced' });
    expect((await fixture.client.send(tagging)).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('ignores metadata that comes without the word to replace', async () => {
    await copy('kept', { Metadata: { other: 'yes' } });
    expect((await get('kept')).Metadata).toEqual({ job: '42' });
  });

  it('copies an object onto itself only to change it', async () => {
    expect(await refusalOf(copy(source))).toEqual({ name: 'InvalidRequest', status: 400 });
    await copy('self');
    const onto = { CopySource: `${fixture.bucket}/self`, MetadataDirective: 'REPLACE', Metadata: { now: 'this' } };
    await copy('self', onto);
    const read = await get('self');
    expect([read.Metadata, await read.Body?.transformToString()]).toEqual([{ now: 'this' }, 'hello']);
  });

  it('copies under conditions on the source and on the target', async () => {
    const failed = { name: 'PreconditionFailed', status: 412 };
    expect(await refusalOf(copy('never', { CopySourceIfMatch: '"other"' }))).toEqual(failed);
    expect(await refusalOf(copy('never', { CopySourceIfNoneMatch: sourceEtag }))).toEqual(failed);
    const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
    expect(await refusalOf(copy('never', { CopySourceIfModifiedSince: future }))).toEqual(failed);
    expect(await refusalOf(copy('never', { CopySourceIfUnmodifiedSince: past }))).toEqual(failed);
    expect((await refusalOf(get('never'))).name).toBe('NoSuchKey');
    await copy('once', { CopySourceIfMatch: sourceEtag, IfNoneMatch: '*' });
    expect(await refusalOf(copy('once', { IfNoneMatch: '*' }))).toEqual(failed);
  });

  it('names a source that is missing or malformed', async () => {
    const missing = copy('never', { CopySource: `${fixture.bucket}/absent` });
    expect(await refusalOf(missing)).toEqual({ name: 'NoSuchKey', status: 404 });
    expect(await refusalOf(copy('never', { CopySource: 'no-such-bucket/key' }))).toMatchObject({
      name: 'NoSuchBucket',
    });
    expect(await refusalOf(copy('never', { CopySource: 'only-a-bucket' }))).toMatchObject({ name: 'InvalidArgument' });
  });
});

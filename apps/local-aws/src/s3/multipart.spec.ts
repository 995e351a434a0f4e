import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { useS3 } from './testing/use-s3.js';

const minPartBytes = 5 * 1024 * 1024;
const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

describe('multipart uploads in S3', () => {
  const fixture = useS3();
  const bytesOf = async (Key: string) => {
    const { Body } = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const start = async (Key: string, more: object = {}) => {
    const created = await fixture.client.send(
      new CreateMultipartUploadCommand({ Bucket: fixture.bucket, Key, ...more }),
    );
    const address = { Bucket: fixture.bucket, Key, UploadId: created.UploadId };
    return {
      address,
      part: async (PartNumber: number, Body: Buffer, options: object = {}) => {
        const uploaded = await fixture.client.send(new UploadPartCommand({ ...address, PartNumber, Body, ...options }));
        return { ...uploaded, PartNumber, $metadata: undefined };
      },
      complete: (Parts: object[], options: object = {}) =>
        fixture.client.send(new CompleteMultipartUploadCommand({ ...address, MultipartUpload: { Parts }, ...options })),
    };
  };

  it('joins its parts in order, with the ETag that S3 computes', async () => {
    const [first, second] = [randomBytes(minPartBytes), randomBytes(1000)];
    const upload = await start('joined', { ContentType: 'application/x-ndjson', Metadata: { job: '7' } });
    const two = await upload.part(2, second);
    const one = await upload.part(1, first);
    expect((await refusalOf(bytesOf('joined'))).name).toBe('NoSuchKey');
    const completed = await upload.complete([one, two]);
    const etag = `"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`;
    expect(completed.ETag).toBe(etag);
    const head = await fixture.client.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'joined' }));
    expect(head).toMatchObject({ ETag: etag, ContentType: 'application/x-ndjson', Metadata: { job: '7' } });
    expect((await bytesOf('joined')).equals(Buffer.concat([first, second]))).toBe(true);
    expect((await refusalOf(upload.complete([one, two]))).name).toBe('NoSuchUpload');
  });

  it('takes the last upload of a part and leaves out parts that are not listed', async () => {
    const upload = await start('replaced-part');
    await upload.part(1, Buffer.from('first try'));
    const one = await upload.part(1, Buffer.from('second try'));
    await upload.part(5, Buffer.from('not listed'));
    await upload.complete([one]);
    expect((await bytesOf('replaced-part')).toString()).toBe('second try');
  });

  it('uploads streams of unknown length through lib-storage', async () => {
    const pieces = Array.from({ length: 12 }, () => randomBytes(1 << 20));
    const params = { Bucket: fixture.bucket, Key: 'streamed', Body: Readable.from(pieces) };
    await new Upload({ client: fixture.client, params, partSize: minPartBytes, queueSize: 3 }).done();
    expect((await bytesOf('streamed')).equals(Buffer.concat(pieces))).toBe(true);
    const small = { Bucket: fixture.bucket, Key: 'small', Body: Readable.from(['a', 'b', 'c']) };
    await new Upload({ client: fixture.client, params: small }).done();
    expect((await bytesOf('small')).toString()).toBe('abc');
  });

  it('copies ranges of objects into parts', async () => {
    const source = randomBytes(2 * minPartBytes + 10);
    await fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'source', Body: source }));
    const upload = await start('sliced');
    const copy = async (PartNumber: number, first: number, last: number, more: object = {}) => {
      const CopySourceRange = `bytes=${first}-${last}`;
      const CopySource = `${fixture.bucket}/source`;
      const command = new UploadPartCopyCommand({
        ...upload.address,
        PartNumber,
        CopySource,
        CopySourceRange,
        ...more,
      });
      return { PartNumber, ETag: (await fixture.client.send(command)).CopyPartResult?.ETag };
    };
    const parts = [await copy(1, minPartBytes, 2 * minPartBytes + 9), await copy(2, 0, 99)];
    await upload.complete(parts);
    const expected = Buffer.concat([source.subarray(minPartBytes), source.subarray(0, 100)]);
    expect((await bytesOf('sliced')).equals(expected)).toBe(true);
    const another = await start('sliced-again');
    const beyond = { ...another.address, PartNumber: 1, CopySource: `${fixture.bucket}/source` };
    const outside = new UploadPartCopyCommand({ ...beyond, CopySourceRange: `bytes=0-${source.length}` });
    expect((await refusalOf(fixture.client.send(outside))).status).toBe(416);
    const changed = new UploadPartCopyCommand({ ...beyond, CopySourceIfMatch: '"other"' });
    expect((await refusalOf(fixture.client.send(changed))).status).toBe(412);
  });

  it('refuses lists of parts that cannot be an object, and keeps the upload', async () => {
    const upload = await start('unfit');
    const parts = [await upload.part(1, Buffer.alloc(1000)), await upload.part(2, Buffer.alloc(1000))];
    const [one, two] = parts as [object, object];
    expect((await refusalOf(upload.complete(parts))).name).toBe('EntityTooSmall');
    expect((await refusalOf(upload.complete([two, one]))).name).toBe('InvalidPartOrder');
    expect((await refusalOf(upload.complete([{ PartNumber: 9, ETag: '"x"' }]))).name).toBe('InvalidPart');
    expect((await refusalOf(upload.complete([{ PartNumber: 1, ETag: '"x"' }]))).name).toBe('InvalidPart');
    expect((await refusalOf(upload.complete([]))).name).toBe('MalformedXML');
    await upload.complete([one]);
    expect(await bytesOf('unfit')).toHaveLength(1000);
  });

  it('completes under a condition, which leaves the upload alone where it does not hold', async () => {
    await fixture.client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'taken', Body: 'first' }));
    const upload = await start('taken');
    const part = await upload.part(1, Buffer.from('second'));
    expect(await refusalOf(upload.complete([part], { IfNoneMatch: '*' }))).toEqual({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect((await bytesOf('taken')).toString()).toBe('first');
    await upload.complete([part]);
    expect((await bytesOf('taken')).toString()).toBe('second');
  });

  it('lets exactly one of several racing completions create the object', async () => {
    const Key = `raced/${randomUUID()}`;
    const uploads = await Promise.all(
      [1, 2, 3, 4].map(async (writer) => {
        const upload = await start(Key);
        return { upload, part: await upload.part(1, Buffer.from(`writer ${writer}`)) };
      }),
    );
    const outcomes = await Promise.allSettled(
      uploads.map(({ upload, part }) => upload.complete([part], { IfNoneMatch: '*' })),
    );
    const winners = outcomes.map(({ status }) => status === 'fulfilled');
    expect(winners.filter(Boolean)).toHaveLength(1);
    expect((await bytesOf(Key)).toString()).toBe(`writer ${winners.indexOf(true) + 1}`);
  });

  it('lists parts and uploads in pages, and forgets an upload that is aborted', async () => {
    const upload = await start('pending/a');
    const other = await start('pending/b');
    for (const number of [1, 2, 3]) await upload.part(number, Buffer.alloc(number));
    const first = await fixture.client.send(new ListPartsCommand({ ...upload.address, MaxParts: 2 }));
    expect([first.Parts?.map(({ Size }) => Size), first.IsTruncated]).toEqual([[1, 2], true]);
    const PartNumberMarker = first.NextPartNumberMarker;
    const rest = await fixture.client.send(new ListPartsCommand({ ...upload.address, PartNumberMarker }));
    expect([rest.Parts?.map(({ Size }) => Size), rest.IsTruncated]).toEqual([[3], false]);
    const list = (more: object) =>
      fixture.client.send(new ListMultipartUploadsCommand({ Bucket: fixture.bucket, Prefix: 'pending/', ...more }));
    const page = await list({ MaxUploads: 1 });
    expect([page.Uploads?.map(({ Key }) => Key), page.IsTruncated]).toEqual([['pending/a'], true]);
    const next = await list({ KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
    expect(next.Uploads?.map(({ UploadId }) => UploadId)).toEqual([other.address.UploadId]);
    await fixture.client.send(new AbortMultipartUploadCommand(upload.address));
    expect((await refusalOf(upload.part(4, Buffer.alloc(1)))).name).toBe('NoSuchUpload');
    expect((await list({})).Uploads?.map(({ Key }) => Key)).toEqual(['pending/b']);
    const again = fixture.client.send(new AbortMultipartUploadCommand(upload.address));
    expect(await refusalOf(again)).toEqual({ name: 'NoSuchUpload', status: 404 });
  });

  it.each<[ChecksumAlgorithm, 'COMPOSITE' | 'FULL_OBJECT']>([
    ['CRC32', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
  ])('checks and keeps a %s checksum (%s)', async (ChecksumAlgorithm, ChecksumType) => {
    const Key = `checked/${ChecksumAlgorithm}`;
    const upload = await start(Key, { ChecksumAlgorithm, ChecksumType });
    const one = await upload.part(1, randomBytes(minPartBytes), { ChecksumAlgorithm });
    const two = await upload.part(2, randomBytes(100), { ChecksumAlgorithm });
    const field = `Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32';
    expect(one[field]).toBeTypeOf('string');
    const wrong = { ...two, [field]: one[field] };
    expect((await refusalOf(upload.complete([one, wrong]))).name).toBe('InvalidPart');
    const completed = await upload.complete([one, two]);
    expect(completed[field]?.endsWith('-2')).toBe(ChecksumType === 'COMPOSITE');
    const head = new HeadObjectCommand({ Bucket: fixture.bucket, Key, ChecksumMode: 'ENABLED' });
    expect(await fixture.client.send(head)).toMatchObject({ [field]: completed[field], ChecksumType });
    expect(await bytesOf(Key)).toHaveLength(minPartBytes + 100);
  });

  it.each(['0', '10001', 'x'])('refuses the part number %s', async (number) => {
    const upload = await start('numbers');
    const refused = upload.part(number as unknown as number, Buffer.alloc(1));
    expect(await refusalOf(refused)).toEqual({ name: 'InvalidArgument', status: 400 });
  });
});

import { createHash, createHmac, hash, randomBytes } from 'node:crypto';
import { type ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { deriveSigningKey } from '../signature/derive-signing-key.js';
import { refusalOf } from './testing/refusal.js';
import { errorCode, type RawRequest, sendSigned } from './testing/send-signed.js';
import { testCredentials } from './testing/start-s3.js';
import { useS3 } from './testing/use-s3.js';

describe('bodies sent to S3', () => {
  const fixture = useS3();
  const put = async (key: string, request: Partial<RawRequest>) => {
    const answer = await sendSigned(fixture.s3.endpoint, {
      method: 'PUT',
      path: `/${fixture.bucket}/${key}`,
      ...request,
    });
    return { status: answer.status, code: errorCode(answer), headers: answer.headers };
  };
  const textOf = async (Key: string) => {
    const { Body } = await fixture.client.send(new GetObjectCommand({ Bucket: fixture.bucket, Key }));
    return Body?.transformToString();
  };
  const isAbsent = async (Key: string) =>
    (await refusalOf(fixture.client.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key })))).status === 404;

  it('need a length or a framing', async () => {
    expect(await put('lengthless', {})).toMatchObject({ status: 411, code: 'MissingContentLength' });
    expect(await isAbsent('lengthless')).toBe(true);
    expect((await put('chunked', { body: ['by ', 'chunks'] })).status).toBe(200);
    expect(await textOf('chunked')).toBe('by chunks');
  });

  it.each([
    ['content-md5', createHash('md5').update('other').digest('base64'), 'BadDigest'],
    ['content-md5', 'nonsense', 'InvalidDigest'],
    ['x-amz-content-sha256', hash('sha256', 'other'), 'XAmzContentSHA256Mismatch'],
    ['x-amz-checksum-crc32', 'AAAAAA==', 'BadDigest'],
    ['x-amz-checksum-crc32c', 'AAAAAA==', 'BadDigest'],
    ['x-amz-checksum-crc64nvme', 'AAAAAAAAAAA=', 'BadDigest'],
    ['x-amz-checksum-sha1', createHash('sha1').update('other').digest('base64'), 'BadDigest'],
    ['x-amz-checksum-sha256', createHash('sha256').update('other').digest('base64'), 'BadDigest'],
  ])('are refused where they do not have their %s', async (name, value, code) => {
    const headers = { 'content-length': '4', [name]: value };
    expect(await put('mismatch', { headers, body: ['body'] })).toMatchObject({ status: 400, code });
    expect(await isAbsent('mismatch')).toBe(true);
  });

  it('are stored where they have their digests', async () => {
    const headers = {
      'content-length': '4',
      'content-md5': createHash('md5').update('body').digest('base64'),
      'x-amz-content-sha256': hash('sha256', 'body'),
      'x-amz-checksum-sha256': createHash('sha256').update('body').digest('base64'),
    };
    const written = await put('match', { headers, body: ['body'] });
    expect(written.status).toBe(200);
    expect(written.headers['x-amz-checksum-sha256']).toBe(headers['x-amz-checksum-sha256']);
    expect(await textOf('match')).toBe('body');
  });

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])(
    'carry a %s checksum of the SDK, which validates it when it reads',
    async (ChecksumAlgorithm) => {
      const Key = `sum/${ChecksumAlgorithm}`;
      const address = { Bucket: fixture.bucket, Key };
      const Body = randomBytes(100_000);
      const written = await fixture.client.send(new PutObjectCommand({ ...address, Body, ChecksumAlgorithm }));
      const field = `Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32';
      expect(written[field]).toBeTypeOf('string');
      const read = await fixture.client.send(new GetObjectCommand({ ...address, ChecksumMode: 'ENABLED' }));
      expect(read[field]).toBe(written[field]);
      expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    },
  );

  it('are decoded from aws-chunked, checked against length and trailer', async () => {
    const send = (key: string, framed: string, length: string) =>
      put(key, {
        headers: {
          'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'x-amz-trailer': 'x-amz-checksum-crc32',
          'x-amz-decoded-content-length': length,
          'content-encoding': 'aws-chunked',
          'content-length': String(framed.length),
        },
        body: [framed],
      });
    const framed = (checksum: string) => `4\r\nbody\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`;
    expect((await send('framed', framed('Y8z5gA=='), '4')).code).toBe('BadDigest');
    expect((await send('framed', framed('qIKWUg=='), '5')).code).toBe('IncompleteBody');
    expect((await send('framed', '4\r\nbody\r\n0\r\n\r\n', '4')).code).toBe('BadDigest');
    expect((await send('framed', '9\r\nbody\r\n', '4')).code).toBe('IncompleteBody');
    expect(await isAbsent('framed')).toBe(true);
    const checksum = createChecksumOf('body');
    expect((await send('framed', framed(checksum), '4')).status).toBe(200);
    expect(await textOf('framed')).toBe('body');
  });

  it('are decoded from signed chunks, each of which must have its signature', async () => {
    const pieces = ['a'.repeat(70_000), 'b'.repeat(10)];
    expect((await putSignedChunks('signed', pieces, (text) => text)).status).toBe(200);
    expect(await textOf('signed')).toBe(pieces.join(''));
    const tampered = await putSignedChunks('tampered', pieces, (text) => text.replace('aa', 'ab'));
    expect(tampered).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await isAbsent('tampered')).toBe(true);
  });

  it('leave the connection fit for the next request where they were refused unread', async () => {
    const client = fixture.s3.client();
    const Body = Buffer.alloc(3_000_000);
    const refused = client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'k', Body }));
    expect((await refusalOf(refused)).name).toBe('NoSuchBucket');
    await client.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'next', Body: 'fine' }));
    expect(await textOf('next')).toBe('fine');
  });

  it('are asked for where the client waits to be asked', async () => {
    const headers = { 'content-length': '4', expect: '100-continue' };
    expect((await put('expected', { headers, body: ['body'] })).status).toBe(200);
    expect(await textOf('expected')).toBe('body');
  });

  /** Frames and signs a body chunk by chunk, as older SDKs do; `tamper` changes a chunk after it was signed. */
  async function putSignedChunks(key: string, pieces: readonly string[], tamper: (text: string) => string) {
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const scope = { date: amzDate.slice(0, 8), region: 'us-east-1', service: 's3' };
    const signingKey = deriveSigningKey(testCredentials.secretAccessKey, scope);
    const scopeText = `${scope.date}/us-east-1/s3/aws4_request`;
    const sign = (text: string) => createHmac('sha256', signingKey).update(text).digest('hex');
    const path = `/${fixture.bucket}/${key}`;
    const host = new URL(fixture.s3.endpoint).host;
    const length = String(pieces.join('').length);
    const payload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const headers = {
      host,
      'x-amz-content-sha256': payload,
      'x-amz-date': amzDate,
      'x-amz-decoded-content-length': length,
    };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const canonical = `PUT\n${path}\n\n${lines.join('')}\n${names}\n${payload}`;
    const seed = sign(`AWS4-HMAC-SHA256\n${amzDate}\n${scopeText}\n${hash('sha256', canonical)}`);
    let previous = seed;
    const framed = [...pieces, ''].map((piece) => {
      const digests = `${hash('sha256', '')}\n${hash('sha256', piece)}`;
      previous = sign(`AWS4-HMAC-SHA256-PAYLOAD\n${amzDate}\n${scopeText}\n${previous}\n${digests}`);
      return `${piece.length.toString(16)};chunk-signature=${previous}\r\n${tamper(piece)}\r\n`;
    });
    const credential = `Credential=${testCredentials.accessKeyId}/${scopeText}`;
    const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${seed}`;
    const body = framed.join('');
    const answer = await fetch(`${fixture.s3.endpoint}${path}`, {
      method: 'PUT',
      headers: { ...headers, authorization },
      body,
    });
    return { status: answer.status, code: /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1] };
  }
});

function createChecksumOf(text: string): string {
  const bytes = Buffer.alloc(4);
  let crc = ~0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  bytes.writeUInt32BE(~crc >>> 0);
  return bytes.toString('base64');
}

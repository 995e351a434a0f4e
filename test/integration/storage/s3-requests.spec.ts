import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ComposePart } from '#storage';
import { collect, toAsync } from '../../../libs/storage/src/testing/contract/collect.js';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

const MIB = 1_048_576;

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterEach(() => {
  s3.faults.clear();
  vi.unstubAllEnvs();
});
afterAll(() => s3.close());

async function uploadsLeft(): Promise<number> {
  const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }));
  return Uploads.length;
}

function countRequests(operations: readonly string[]): () => Record<string, number> {
  const before = operations.map((operation) => s3.requestCount(operation));
  return () =>
    Object.fromEntries(
      operations.map((operation, index) => [operation, s3.requestCount(operation) - (before[index] ?? 0)]),
    );
}

describe('what S3ObjectStore asks of S3', () => {
  it('is one request for a small stream, and for a small composition beside reading its parts', async () => {
    const store = s3.openStore();
    const counted = countRequests(['PutObject', 'GetObject', 'CreateMultipartUpload']);
    await store.putStream('requests/small', toAsync([Buffer.from('a'), Buffer.from('b')]));
    await store.compose('requests/composed', toAsync<ComposePart>([{ copy: 'requests/small', size: 2 }]));
    expect(counted()).toEqual({ PutObject: 2, GetObject: 1, CreateMultipartUpload: 0 });
  });

  it('is a copy on the server’s side for large parts, whose bytes do not pass through here', async () => {
    const store = s3.openStore();
    await store.put('requests/large', randomBytes(6 * MIB));
    const counted = countRequests(['GetObject', 'UploadPart', 'UploadPartCopy']);
    const part: ComposePart = { copy: 'requests/large', size: 6 * MIB };
    await store.compose('requests/joined', toAsync([part, part, part]));
    expect(counted()).toEqual({ GetObject: 0, UploadPart: 0, UploadPartCopy: 3 });
  });

  it('is one deletion for a thousand keys', async () => {
    const store = s3.openStore();
    const counted = countRequests(['DeleteObjects', 'DeleteObject']);
    await store.delete(Array.from({ length: 1_001 }, (_, index) => `requests/none/${index}`));
    expect(counted()).toEqual({ DeleteObjects: 2, DeleteObject: 0 });
  });

  it('keeps the content type', async () => {
    const store = s3.openStore();
    await store.put('requests/json', '{}', { contentType: 'application/json' });
    await store.putStream('requests/jsonl', toAsync([Buffer.alloc(9 * MIB)]), { contentType: 'application/jsonl' });
    const head = async (key: string): Promise<string | undefined> =>
      (await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }))).ContentType;
    expect(await head('requests/json')).toBe('application/json');
    expect(await head('requests/jsonl')).toBe('application/jsonl');
  });

  it('carries a checksum of every upload to AWS, and none to other servers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
    await s3.openStore({ endpoint: undefined }).putStream('requests/aws', toAsync([Buffer.alloc(9 * MIB)]));
    await s3.openStore().putStream('requests/other', toAsync([Buffer.alloc(9 * MIB)]));
    const checksum = async (key: string): Promise<string | undefined> => {
      const head = new HeadObjectCommand({ Bucket: s3.bucket, Key: key, ChecksumMode: 'ENABLED' });
      return (await s3.client.send(head)).ChecksumCRC32;
    };
    expect(await checksum('requests/aws')).toBeDefined();
    expect(await checksum('requests/other')).toBeUndefined();
  });

  it('leaves no half upload behind when the source, a part or the condition fails', async () => {
    const store = s3.openStore({ maxAttempts: 1 });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(20 * MIB);
      throw new Error('the source broke');
    }
    await expect(store.putStream('requests/broken', broken())).rejects.toThrow('the source broke');

    s3.faults.add({ target: 's3', operation: 'UploadPart', kind: 'error', times: 1 });
    const write = store.putStream('requests/refused', toAsync([Buffer.alloc(40 * MIB)]));
    await expect(write).rejects.toMatchObject({ reason: 'storage_unavailable' });

    await store.put('requests/there', 'first');
    const condition = { absent: true } as const;
    const late = store.putStream('requests/there', toAsync([Buffer.alloc(9 * MIB)]), { condition });
    await expect(late).rejects.toMatchObject({ reason: 'precondition_failed' });

    expect(await uploadsLeft()).toBe(0);
  });

  it('stays within its sockets', async () => {
    const store = s3.openStore({ maxSockets: 3 });
    const before = await s3.connectionCount();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => store.put(`requests/socket-${index}`, Buffer.alloc(3 * MIB))),
    );
    expect((await s3.connectionCount()) - before).toBeLessThanOrEqual(3);
  });

  it('frees the socket of a body that is not read to its end', async () => {
    const store = s3.openStore({ maxSockets: 1 });
    await store.put('requests/unread', Buffer.alloc(8 * MIB));
    for (let round = 0; round < 3; round++) {
      const { body } = await store.getStream('requests/unread');
      body.destroy();
    }
    const { body } = await store.getStream('requests/unread');
    expect(await collect(body)).toHaveLength(8 * MIB);
  });
});

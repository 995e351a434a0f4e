import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile, mkdir } from 'node:fs/promises';
import { request as sendRequest } from 'node:http';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from './testing/refusal.js';
import { createDataDir, createTestClient, removeDataDir, startS3, testCredentials } from './testing/start-s3.js';

const Bucket = 'kept';

describe('S3 over a folder that outlives its process', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    dataDir = await createDataDir();
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
    await removeDataDir(dataDir);
  });

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const startProcess = async () => {
    const script = join(import.meta.dirname, 'testing', 'serve-s3.mjs');
    const { accessKeyId, secretAccessKey } = testCredentials;
    const child = spawn(process.execPath, [script, dataDir, accessKeyId, secretAccessKey], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const endpoint = line.toString().trim();
    return { child, endpoint, client: createTestClient(endpoint) };
  };
  const stagedFiles = () => readdir(join(dataDir, 'staging'));

  it.each(['old object', undefined])('keeps %s where the process is killed in the middle of a PUT', async (old) => {
    const { child, client } = await startProcess();
    await client.send(new CreateBucketCommand({ Bucket }));
    if (old !== undefined) await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: old }));
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 600 }));
    const upload = sendRequest(url, { method: 'PUT', headers: { 'content-length': '2000000' } });
    const broken = once(upload, 'error');
    upload.write(Buffer.alloc(1_000_000, 'n'));
    await expect.poll(stagedFiles, { timeout: 10_000 }).toHaveLength(1);
    await kill(child);
    await broken;
    expect(await stagedFiles()).toHaveLength(1);

    const again = await startProcess();
    expect(await stagedFiles()).toEqual([]);
    const listed = await again.client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual(
      old === undefined ? undefined : [['k', old.length]],
    );
    const get = again.client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    const found = await get.then(
      ({ Body }) => Body?.transformToString(),
      async () => (await refusalOf(get)).name,
    );
    expect(found).toBe(old ?? 'NoSuchKey');
  });

  it('has every acknowledged write, whole and listed, however often it is killed while writing', async () => {
    const acknowledged = new Map<string, number>();
    let sequence = 0;
    for (let round = 0; round < 4; round++) {
      const { child, client } = await startProcess();
      await client.send(new CreateBucketCommand({ Bucket }));
      const writers = [0, 1, 2, 3].map(async (writer) => {
        for (let number = 0; ; number++) {
          const Key = `${writer}/${number % 20}`;
          const current = (sequence += 1);
          await client.send(new PutObjectCommand({ Bucket, Key, Body: `${current} ${'x'.repeat(10_000)}` }));
          acknowledged.set(Key, current);
        }
      });
      const stopped = Promise.allSettled(writers);
      const goal = sequence + 60;
      await expect.poll(() => sequence, { timeout: 20_000 }).toBeGreaterThan(goal);
      await kill(child);
      await stopped;
    }
    const s3 = await startS3(dataDir);
    const client = s3.client();
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    const etags = new Map(listed.Contents?.map(({ Key, ETag }) => [Key ?? '', ETag]));
    expect(etags.size).toBeGreaterThanOrEqual(acknowledged.size);
    for (const [key, written] of acknowledged) {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      expect(ETag).toBe(etags.get(key));
      const text = (await Body?.transformToString()) ?? '';
      expect(text).toMatch(/^\d+ x{10000}$/);
      // A later write may have been done without its answer getting through.
      expect(Number.parseInt(text, 10)).toBeGreaterThanOrEqual(written);
    }
    await s3.stop();
  });

  it('finds objects, metadata, tags, configuration and unfinished uploads again after a restart', async () => {
    const first = await startS3(dataDir);
    const client = first.client();
    await client.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const put = {
      Bucket,
      Key: 'dir/ä',
      Body: 'hello',
      ContentType: 'text/plain',
      Metadata: { job: '42' },
      Tagging: 'k=v',
    };
    const written = await client.send(new PutObjectCommand(put));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'joined' }));
    const upload = { Bucket, Key: 'joined', UploadId };
    const part = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
    const before = await client.send(new HeadObjectCommand({ Bucket, Key: 'dir/ä' }));
    await first.stop();

    const second = await startS3(dataDir);
    const later = second.client();
    const read = await later.send(new GetObjectCommand({ Bucket, Key: 'dir/ä' }));
    expect(read).toMatchObject({ ETag: written.ETag, ContentType: 'text/plain', Metadata: { job: '42' }, TagCount: 1 });
    expect(read.LastModified).toEqual(before.LastModified);
    expect(await read.Body?.transformToString()).toBe('hello');
    const Parts = [{ PartNumber: 1, ETag: part.ETag }];
    await later.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const { Contents } = await later.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['dir/ä', 5],
      ['joined', 4],
    ]);
    await second.stop();
  });

  it('takes away a bucket whose creation was cut short, and refuses to guess about a damaged object', async () => {
    await mkdir(join(dataDir, 'buckets', 'half', 'objects'), { recursive: true });
    const first = await startS3(dataDir);
    await first.client().send(new CreateBucketCommand({ Bucket }));
    await first.stop();
    expect(await readdir(join(dataDir, 'buckets'))).toEqual([Bucket]);
    await writeFile(join(dataDir, 'buckets', Bucket, 'objects', 'f'.repeat(64)), 'no object file');
    await expect(startS3(dataDir)).rejects.toThrow(/damaged/);
  });

  it('removes what was written of a body whose sender left', async () => {
    const s3 = await startS3(dataDir);
    const client = s3.client();
    await client.send(new CreateBucketCommand({ Bucket }));
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 600 }));
    const upload = sendRequest(url, { method: 'PUT', headers: { 'content-length': '2000000' } });
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(1_000_000));
    await expect.poll(stagedFiles, { timeout: 10_000 }).toHaveLength(1);
    upload.destroy();
    await expect.poll(stagedFiles, { timeout: 10_000 }).toEqual([]);
    const head = client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect((await refusalOf(head)).status).toBe(404);
    await s3.stop();
    expect(s3.internalErrors).toEqual([]);
  });
});

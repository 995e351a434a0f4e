import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { objectKeys, type FileObject, type JobRecord } from '#contracts';
import type { StoredFile } from '../judge/evidence.js';

const BUCKET = 'sluice';
/** Of the key that a test system is started with. */
export const TENANT = 'default';

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
}

/** The bucket as an outsider sees it: what judges read, and what scenarios do behind the system's back. */
export class StoredObjects {
  private readonly client: S3Client;

  /** @param controlUrl of local-aws */
  constructor(controlUrl: string) {
    this.client = new S3Client({
      endpoint: new URL(controlUrl).origin,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' },
    });
  }

  async find(key: string): Promise<StoredObject | undefined> {
    try {
      const { Body, ETag } = await this.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag ?? '' };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async put(key: string, body: Buffer | string, ifMatch?: string): Promise<void> {
    const condition = ifMatch === undefined ? {} : { IfMatch: ifMatch };
    await this.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...condition }));
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let after: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, StartAfter: after }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      after = page.IsTruncated === true ? keys.at(-1) : undefined;
    } while (after !== undefined);
    return keys;
  }

  /** What a record holds, without its envelope. */
  async record<T>(key: string): Promise<T | undefined> {
    const stored = await this.find(key);
    return stored === undefined ? undefined : (JSON.parse(stored.body.toString()) as { value: T }).value;
  }

  async job(jobId: string): Promise<JobRecord | undefined> {
    return await this.record<JobRecord>(objectKeys.jobRecord(TENANT, jobId));
  }

  /** Ids of all jobs that have a record. */
  async jobIds(): Promise<string[]> {
    const prefix = objectKeys.jobRecord(TENANT, '');
    return (await this.list(prefix)).map((key) => key.slice(prefix.length));
  }

  /** Changes what a record holds and nothing of its envelope. */
  async editRecord(key: string, change: (value: Readonly<Record<string, unknown>>) => object): Promise<void> {
    const stored = await this.find(key);
    if (stored === undefined) throw new Error(`there is no ${key}`);
    const envelope = JSON.parse(stored.body.toString()) as { value: Record<string, unknown> };
    await this.put(key, JSON.stringify({ ...envelope, value: change(envelope.value) }), stored.etag);
  }

  /** `undefined` when the record or the content is not there. */
  async file(fileId: string): Promise<StoredFile | undefined> {
    const record = await this.record<FileObject>(objectKeys.fileRecord(TENANT, fileId));
    const content = await this.find(objectKeys.fileContent(TENANT, fileId));
    if (record === undefined || content === undefined) return undefined;
    return { id: fileId, recordedBytes: record.bytes, content: content.body };
  }

  /** Files whose names say that this job made them. */
  async filesOfJob(jobId: string): Promise<string[]> {
    const prefix = objectKeys.fileRecords(TENANT);
    const found: string[] = [];
    for (const key of await this.list(prefix)) {
      const file = await this.record<FileObject>(key);
      if (file?.filename.startsWith(jobId) === true) found.push(file.id);
    }
    return found;
  }

  /** Digests of the job's record and of all that it names, by key. */
  async fingerprint(jobId: string): Promise<Map<string, string>> {
    const record = await this.job(jobId);
    const files = [record?.outputFileId, record?.errorFileId].filter((id) => typeof id === 'string');
    const keys = [
      objectKeys.jobRecord(TENANT, jobId),
      ...files.flatMap((id) => [objectKeys.fileRecord(TENANT, id), objectKeys.fileContent(TENANT, id)]),
    ];
    const entries = keys.map(async (key) => [key, digest((await this.find(key))?.body)] as const);
    return new Map(await Promise.all(entries));
  }

  close(): void {
    this.client.destroy();
  }
}

function digest(body: Buffer | undefined): string {
  return body === undefined ? 'nothing' : createHash('sha256').update(body).digest('hex');
}

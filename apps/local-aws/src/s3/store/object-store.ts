import { mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileSystemError } from '../is-file-system-error.js';
import { S3Error } from '../s3-error.js';
import { Bucket } from './bucket.js';
import { KeyLocks } from './key-locks.js';
import { encodeRecord, openObjectFile, type OpenObjectFile } from './object-file.js';
import type { ListedObject, ObjectRecord } from './object-record.js';
import { readContent } from './read-content.js';
import type { StagedFile } from './staged-file.js';
import { StagingArea } from './staging-area.js';

/** Decides about a write with the object it would replace; throws to refuse it. */
export type WriteCondition = (existing: ListedObject | undefined) => void;

/** Buckets and objects on disk. Every change is one rename or removal, made under the lock of its key. */
export class ObjectStore {
  readonly staging: StagingArea;
  private readonly bucketsDirectory: string;
  private readonly buckets = new Map<string, Bucket>();
  private readonly locks = new KeyLocks();

  private constructor(bucketsDirectory: string, staging: StagingArea) {
    this.bucketsDirectory = bucketsDirectory;
    this.staging = staging;
  }

  /** Opens the data folder of one process: two processes must not share one. */
  static async open(dataDir: string, durable: boolean): Promise<ObjectStore> {
    const staging = await StagingArea.open(join(dataDir, 'staging'), durable);
    const store = new ObjectStore(join(dataDir, 'buckets'), staging);
    await mkdir(store.bucketsDirectory, { recursive: true });
    for (const name of await readdir(store.bucketsDirectory)) await store.loadBucket(name);
    return store;
  }

  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined)
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { details: { BucketName: name } });
    return bucket;
  }

  findBucket(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  listBuckets(): Bucket[] {
    return [...this.buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Creates a bucket, or returns the one that has the name. */
  async createBucket(name: string, region: string): Promise<Bucket> {
    return this.locks.run(name, async () => {
      const existing = this.buckets.get(name);
      if (existing !== undefined) return existing;
      const description = { name, region, createdAtMs: Date.now(), documents: {} };
      const bucket = new Bucket(join(this.bucketsDirectory, name), description);
      await bucket.create(this.staging);
      this.buckets.set(name, bucket);
      return bucket;
    });
  }

  async deleteBucket(name: string): Promise<void> {
    await this.locks.run(name, async () => {
      const bucket = this.bucket(name);
      if (bucket.index.size > 0) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
      this.buckets.delete(name);
      await this.staging.removeDirectory(bucket.directory);
    });
  }

  /** Stores one configuration document of a bucket, or removes it where `document` is undefined. */
  async putDocument(bucket: Bucket, subresource: string, document: string | undefined): Promise<void> {
    await this.locks.run(bucket.name, async () => {
      const { [subresource]: _replaced, ...others } = bucket.description.documents;
      const documents = document === undefined ? others : { ...others, [subresource]: document };
      await bucket.describe({ ...bucket.description, documents }, this.staging);
    });
  }

  /** Opens an object for reading. The caller closes the handle; until then the bytes stay, whatever is written. */
  async openObject(bucket: Bucket, key: string): Promise<OpenObjectFile<ObjectRecord>> {
    const file = await openObjectFile<ObjectRecord>(bucket.objectPath(key));
    if (file === undefined) throw noSuchKey(key);
    return file;
  }

  /** Makes staged bytes the object `record.key`, if `condition` lets them. Durable when this returns. */
  async commitObject(
    bucket: Bucket,
    staged: StagedFile,
    record: ObjectRecord,
    condition?: WriteCondition,
  ): Promise<void> {
    await staged.finish(encodeRecord(record));
    await this.locks.run(lockName(bucket, record.key), async () => {
      condition?.(bucket.find(record.key));
      await this.place(bucket, staged, record);
    });
    await this.staging.settle(bucket.objectPath(record.key));
  }

  /** Rewrites an object with a changed record. */
  async changeObject(bucket: Bucket, key: string, change: (record: ObjectRecord) => ObjectRecord): Promise<void> {
    await this.locks.run(lockName(bucket, key), async () => {
      const file = await this.openObject(bucket, key);
      await using staged = this.staging.createFile();
      const record = change(file.record);
      try {
        for await (const block of readContent(file.handle, 0, record.size)) await staged.append(block);
      } finally {
        await file.handle.close();
      }
      await staged.finish(encodeRecord(record));
      await this.place(bucket, staged, record);
    });
    await this.staging.settle(bucket.objectPath(key));
  }

  /** Removes an object; one that is not there is no error unless `condition` says so. */
  async deleteObject(bucket: Bucket, key: string, condition?: WriteCondition): Promise<void> {
    const path = bucket.objectPath(key);
    await this.locks.run(lockName(bucket, key), async () => {
      const existing = bucket.find(key);
      condition?.(existing);
      if (existing === undefined) return;
      await unlink(path);
      bucket.drop(key);
    });
    await this.staging.settle(path);
  }

  private async place(bucket: Bucket, staged: StagedFile, record: ObjectRecord): Promise<void> {
    this.refuseDeletedBucket(bucket);
    try {
      await staged.moveTo(bucket.objectPath(record.key));
    } catch (error) {
      if (isFileSystemError(error, 'ENOENT')) this.refuseDeletedBucket(bucket);
      throw error;
    }
    this.refuseDeletedBucket(bucket);
    bucket.put(record);
  }

  /** A bucket may be deleted while a body for it is still arriving. */
  private refuseDeletedBucket(bucket: Bucket): void {
    if (this.buckets.get(bucket.name) !== bucket)
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  }

  private async loadBucket(name: string): Promise<void> {
    const directory = join(this.bucketsDirectory, name);
    const bucket = await Bucket.load(directory);
    // A folder without a description is a creation that was cut short: nobody was told of the bucket.
    if (bucket === undefined) await rm(directory, { recursive: true, force: true });
    else this.buckets.set(name, bucket);
  }
}

export function noSuchKey(key: string): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key } });
}

/** Bucket names hold no slash, so an object's lock never is a bucket's. */
function lockName(bucket: Bucket, key: string): string {
  return `${bucket.name}/${key}`;
}

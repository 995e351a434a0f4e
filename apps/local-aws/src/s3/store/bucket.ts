import { hash } from 'node:crypto';
import { opendirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { toByteOrder } from './byte-order.js';
import { isFileSystemError } from '../is-file-system-error.js';
import { readRecordSync } from './object-file.js';
import { type ListedObject, type ObjectRecord, toListedObject } from './object-record.js';
import { SortedIndex } from './sorted-index.js';
import type { StagingArea } from './staging-area.js';

/** What `bucket.json` holds. */
export interface BucketDescription {
  readonly name: string;
  readonly createdAtMs: number;
  readonly region: string;
  /** Configuration documents as they were put, by subresource (`lifecycle`, `cors`, …). Kept, not acted upon. */
  readonly documents: Readonly<Record<string, string>>;
}

// Reading a thousand records takes some ten milliseconds, after which others may run.
const recordsPerTurn = 1000;

/** A bucket: a folder on disk, and in memory the sorted index of what lies in it. */
export class Bucket {
  readonly directory: string;
  readonly index = new SortedIndex<ListedObject>();
  description: BucketDescription;

  constructor(directory: string, description: BucketDescription) {
    this.directory = directory;
    this.description = description;
  }

  get name(): string {
    return this.description.name;
  }

  get uploadsDirectory(): string {
    return join(this.directory, 'uploads');
  }

  /** Keys become digests: no key, whatever it holds, can name a file of its own choosing. */
  objectPath(key: string): string {
    return join(this.directory, 'objects', hash('sha256', key));
  }

  find(key: string): ListedObject | undefined {
    return this.index.get(toByteOrder(key));
  }

  put(record: ObjectRecord): void {
    this.index.set(toByteOrder(record.key), toListedObject(record));
  }

  drop(key: string): void {
    this.index.delete(toByteOrder(key));
  }

  /** Creates the folders; the description is written last and is what makes a folder a bucket. */
  async create(staging: StagingArea): Promise<void> {
    await mkdir(join(this.directory, 'objects'), { recursive: true });
    await mkdir(this.uploadsDirectory, { recursive: true });
    await this.describe(this.description, staging);
    await staging.settle(this.directory);
  }

  async describe(description: BucketDescription, staging: StagingArea): Promise<void> {
    await staging.replaceFile(join(this.directory, 'bucket.json'), Buffer.from(JSON.stringify(description)));
    this.description = description;
  }

  /** Undefined where the folder has no description. */
  static async load(directory: string): Promise<Bucket | undefined> {
    const description = await readDescription(join(directory, 'bucket.json'));
    if (description === undefined) return undefined;
    const bucket = new Bucket(directory, description);
    const objects = opendirSync(join(directory, 'objects'));
    try {
      let entry = objects.readSync();
      for (let count = 1; entry !== null; entry = objects.readSync(), count++) {
        bucket.put(readRecordSync<ObjectRecord>(join(directory, 'objects', entry.name)));
        if (count % recordsPerTurn === 0) await setImmediate();
      }
    } finally {
      objects.closeSync();
    }
    return bucket;
  }
}

async function readDescription(path: string): Promise<BucketDescription | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as BucketDescription;
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

import {
  objectKeys,
  toListPage,
  type DeletedFile,
  type FileObject,
  type FilePurpose,
  type ListPageObject,
} from '#contracts';
import { GatewayError, newTimeOrderedId } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { digestRequest } from '../creates/digest-request.js';
import { ContentDigest } from './content-digest.js';
import { FileCreates } from './file-creates.js';
import { packFileFacts, unpackFileFacts } from './file-index.js';
import { Files, type FileContent, type FileQuery, type NewFile } from './files.port.js';
import { newFileObject } from './new-file-object.js';
import { parseRange } from './parse-range.js';

export interface StoredFilesOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  /** Seconds that a file uploaded for batches lives when its `expires_after` is not set. */
  readonly batchFileSeconds: number;
  readonly now?: () => number;
}

/** Most keys of one LIST, S3's own bound. */
const LIST_KEYS = 1000;
/** Files that have expired, and entries without a record, stand between those that are shown. */
const LIST_SPARE_KEYS = 10;

/** Files under a tenant's prefix: content first, index entry next, the record last. */
export class StoredFiles extends Files {
  private readonly store: ObjectStore;
  private readonly records: RecordStore;
  private readonly now: () => number;
  private readonly creates: FileCreates;

  constructor(private readonly options: StoredFilesOptions) {
    super();
    this.store = options.store;
    this.records = options.records;
    this.now = options.now ?? Date.now;
    const makeRecord = async (tenant: string, file: FileObject): Promise<void> => await this.makeRecord(tenant, file);
    this.creates = new FileCreates({ ...options, makeRecord, now: this.now });
  }

  /** Seconds that a file for batches lives unless somebody says otherwise. */
  get batchFileSeconds(): number {
    return this.options.batchFileSeconds;
  }

  async create(file: NewFile): Promise<FileObject> {
    const nowMs = this.now();
    const id = newTimeOrderedId('file-', nowMs);
    const key = objectKeys.fileContent(file.tenant, id);
    const digester = new ContentDigest();
    const stored = await this.store.putStream(
      key,
      file.attempt === undefined ? file.content : digester.follow(file.content),
      file.signal === undefined ? {} : { signal: file.signal },
    );
    const createdAt = Math.floor(nowMs / 1000);
    const object = newFileObject({
      id,
      bytes: stored.size,
      created_at: createdAt,
      expires_at: this.expiryOf(file.purpose, createdAt, file.expiresAfterSeconds),
      filename: file.filename,
      purpose: file.purpose,
    });
    if (file.attempt === undefined) {
      await this.register(file.tenant, object);
      return object;
    }
    const { tenant, attempt, filename, purpose, expiresAfterSeconds = null } = file;
    const digest = digestRequest({ content: digester.value(), filename, purpose, expiresAfterSeconds });
    return await this.creates.make({ tenant, route: 'files', digest, attempt, file: object, createdAtMs: nowMs });
  }

  /** When a file ends by itself, in Unix seconds as `createdAt` is. @param lifeSeconds its own; absent = the purpose's default */
  expiryOf(purpose: FilePurpose, createdAt: number, lifeSeconds: number | undefined): number | null {
    const seconds = lifeSeconds ?? (purpose === 'batch' ? this.options.batchFileSeconds : undefined);
    return seconds === undefined ? null : createdAt + seconds;
  }

  /** Makes a file whose content is already stored. Doing it twice with the same id is doing it once. */
  async register(tenant: string, object: FileObject): Promise<void> {
    await this.store.put(objectKeys.fileIndexEntry(tenant, object.id, packFileFacts(object)), '');
    await this.makeRecord(tenant, object);
  }

  private async makeRecord(tenant: string, object: FileObject): Promise<void> {
    try {
      await this.records.create(objectKeys.fileRecord(tenant, object.id), object);
    } catch (error) {
      if (!GatewayError.is(error, 'conflict')) throw error;
    }
  }

  async retrieve(tenant: string, fileId: string): Promise<FileObject> {
    const record = isFileId(fileId)
      ? await this.records.read<FileObject>(objectKeys.fileRecord(tenant, fileId))
      : undefined;
    if (record === undefined || this.isExpired(record.value)) throw noSuchFile(fileId);
    return record.value;
  }

  async list(tenant: string, query: FileQuery): Promise<ListPageObject<FileObject>> {
    if (query.after !== undefined && !isFileId(query.after)) throw noSuchCursor();
    const files =
      query.order === 'desc' ? await this.newestFirst(tenant, query) : await this.oldestFirst(tenant, query);
    return toListPage(files.slice(0, query.limit), files.length > query.limit);
  }

  async delete(tenant: string, fileId: string): Promise<DeletedFile> {
    const file = await this.retrieve(tenant, fileId);
    await this.remove(tenant, file, objectKeys.fileIndexEntry(tenant, fileId, packFileFacts(file)));
    return { id: fileId, object: 'file', deleted: true };
  }

  /** Removes a file whatever its time. Content that a live job holds stays until that lets go of it. */
  async remove(tenant: string, { id }: Pick<FileObject, 'id'>, indexEntry: string): Promise<void> {
    await this.store.delete([objectKeys.fileRecord(tenant, id)]);
    await this.store.delete([indexEntry]);
    await this.removeUnusedContent(tenant, id);
  }

  async content(tenant: string, fileId: string, rangeHeader?: string, signal?: AbortSignal): Promise<FileContent> {
    const file = await this.retrieve(tenant, fileId);
    const range = parseRange(rangeHeader, file.bytes);
    const stream = await this.store.getStream(objectKeys.fileContent(tenant, fileId), {
      ...(range === undefined ? {} : { range }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      body: stream.body,
      fileId,
      filename: file.filename,
      totalBytes: file.bytes,
      ...(range === undefined ? {} : { range }),
    };
  }

  /** Keeps the content alive for a job, also past a DELETE. Call before reading the record: a DELETE looks the other way round. */
  async hold(tenant: string, fileId: string, jobId: string): Promise<void> {
    if (isFileId(fileId)) await this.store.put(objectKeys.fileReference(tenant, fileId, jobId), '');
  }

  /** Ends a hold; content whose file was deleted meanwhile goes with the last one. */
  async release(tenant: string, fileId: string, jobId: string): Promise<void> {
    if (!isFileId(fileId)) return;
    await this.store.delete([objectKeys.fileReference(tenant, fileId, jobId)]);
    const record = await this.records.read<FileObject>(objectKeys.fileRecord(tenant, fileId));
    if (record === undefined) await this.removeUnusedContent(tenant, fileId);
  }

  /** For content whose file is gone. @returns false where a job holds it. */
  async removeUnusedContent(tenant: string, fileId: string): Promise<boolean> {
    const holders = await this.store.list(objectKeys.fileReferences(tenant, fileId), { limit: 1 });
    if (holders.objects.length > 0) return false;
    await this.store.delete([objectKeys.fileContent(tenant, fileId)]);
    return true;
  }

  /** Up to `limit + 1` files. Entries and records are listed side by side: an entry without a record is no file. */
  private async newestFirst(tenant: string, query: FileQuery): Promise<FileObject[]> {
    const found: FileObject[] = [];
    let after = query.after;
    let keys = query.purpose === undefined ? Math.min(LIST_KEYS, query.limit + LIST_SPARE_KEYS) : LIST_KEYS;
    for (;;) {
      const page = await this.indexPage(tenant, after, keys);
      keys = LIST_KEYS;
      found.push(...page.files.filter((file) => this.matches(file, query)));
      after = page.next;
      if (after === undefined || found.length > query.limit) return found;
    }
  }

  /** Ids sort newest first, so the other order reads the index to its end. */
  private async oldestFirst(tenant: string, query: FileQuery): Promise<FileObject[]> {
    const all: FileObject[] = [];
    let after: string | undefined;
    do {
      const page = await this.indexPage(tenant, after, LIST_KEYS);
      all.push(...page.files.filter((file) => this.matches(file, query)));
      after = page.next;
    } while (after !== undefined);
    const { after: cursor } = query;
    return all.reverse().filter((file) => cursor === undefined || file.id < cursor);
  }

  private async indexPage(
    tenant: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ files: FileObject[]; next: string | undefined }> {
    const index = objectKeys.fileIndex(tenant);
    const records = objectKeys.fileRecords(tenant);
    const [entries, known] = await Promise.all([
      this.store.list(index, { limit, ...(after === undefined ? {} : { startAfter: `${index}${after}/~` }) }),
      this.store.list(records, { limit, ...(after === undefined ? {} : { startAfter: `${records}${after}` }) }),
    ]);
    const stored = new Set(known.objects.map(({ key }) => key.slice(records.length)));
    const found = entries.objects.map(({ key }) => key.slice(index.length).split('/'));
    // The two were not read at one moment: behind the last record nothing is known of the entries.
    const lastKnown = known.truncated ? known.objects.at(-1)?.key.slice(records.length) : undefined;
    const covered = found.filter(([id = '']) => lastKnown === undefined || id <= lastKnown);
    const files = covered.flatMap(([id = '', facts = '']) => (stored.has(id) ? [unpackFileFacts(id, facts)] : []));
    const isCut = covered.length < found.length;
    return { files, next: entries.truncated || isCut ? (isCut ? lastKnown : found.at(-1)?.[0]) : undefined };
  }

  private matches(file: FileObject, query: FileQuery): boolean {
    return (query.purpose === undefined || file.purpose === query.purpose) && !this.isExpired(file);
  }

  private isExpired(file: FileObject): boolean {
    return file.expires_at !== null && file.expires_at * 1000 <= this.now();
  }
}

/** Ids come from callers and become keys, so their shape is checked before the store is asked. */
export function isFileId(fileId: string): boolean {
  return /^file-[0-9a-z]{21}$/.test(fileId);
}

function noSuchCursor(): GatewayError {
  return new GatewayError(
    'invalid_value',
    "Invalid 'after': expected the id of a file, as the page before ended with.",
    {
      param: 'after',
    },
  );
}

function noSuchFile(fileId: string): GatewayError {
  return new GatewayError('not_found', `No such File object: ${fileId.slice(0, 100)}`, { param: 'id' });
}

import {
  objectKeys,
  type CompleteUploadDto,
  type CreateUploadDto,
  type UploadObject,
  type UploadPartObject,
  type UploadRecord,
} from '#contracts';
import { GatewayError, newTimeOrderedId, timeOrderedId, type Logger } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { CreateAttempt, CreatePlace } from '../creates/creates.types.js';
import { digestRequest } from '../creates/digest-request.js';
import type { IdempotentCreates } from '../creates/idempotent-creates.js';
import type { StoredFiles } from '../files/stored-files.js';
import { makeFile } from './make-file.js';
import { renderUpload } from './render-upload.js';
import { completedOtherwise, noSuchUpload, uploadEnded } from './upload-errors.js';
import { isOver, isUploadId, PART_PREFIX, UPLOAD_PREFIX } from './upload-life.js';
import { checkMd5, checkSize, UploadParts } from './upload-parts.js';
import { Uploads, type NewPart } from './uploads.port.js';

export interface StoredUploadsOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly files: StoredFiles;
  readonly creates: IdempotentCreates;
  /** Most bytes of a file. */
  readonly maxFileBytes: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

/**
 * Uploads in the object store: a record for each, and an object for each part, which writes nothing else, so that parts
 * come by any number of processes at once. Completing decides by compare-and-swap which parts make the file.
 */
export class StoredUploads extends Uploads {
  private readonly now: () => number;

  constructor(private readonly options: StoredUploadsOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  async create(tenant: string, request: CreateUploadDto, attempt?: CreateAttempt): Promise<UploadObject> {
    const { records, creates } = this.options;
    this.checkBytes(request);
    return await creates.run({
      tenant,
      route: 'uploads',
      digest: digestRequest(request),
      prefix: UPLOAD_PREFIX,
      attempt,
      find: async (id) => {
        const record = await records.read<UploadRecord>(objectKeys.uploadRecord(tenant, id));
        return record && renderUpload(record.value, this.now());
      },
      make: async (place) => {
        await place.note();
        const record = newUploadRecord(place, request);
        const { value } = await records.commitOnce(objectKeys.uploadRecord(tenant, place.id), record);
        return renderUpload(value, this.now());
      },
    });
  }

  async addPart(tenant: string, uploadId: string, { content, signal }: NewPart): Promise<UploadPartObject> {
    const record = await this.read(tenant, uploadId);
    this.checkOpen(record);
    const createdAtMs = this.now();
    const id = newTimeOrderedId(PART_PREFIX, createdAtMs);
    const key = objectKeys.uploadPart(tenant, uploadId, id);
    await this.options.store.putStream(key, content, signal === undefined ? {} : { signal });
    return { id, object: 'upload.part', created_at: Math.floor(createdAtMs / 1000), upload_id: uploadId };
  }

  /** Until when the upload takes parts, in Unix seconds. @throws GatewayError as `addPart` does */
  async openUntil(tenant: string, uploadId: string): Promise<number> {
    const record = await this.read(tenant, uploadId);
    this.checkOpen(record);
    return renderUpload(record, this.now()).expires_at;
  }

  async complete(
    tenant: string,
    uploadId: string,
    request: CompleteUploadDto,
    signal?: AbortSignal,
  ): Promise<UploadObject> {
    const found = await this.read(tenant, uploadId);
    const parts = new UploadParts(this.options.store, tenant, uploadId);
    let decided = found;
    if (found.completion === null) {
      this.checkOpen(found);
      const named = await parts.pick(request.part_ids);
      checkSize(named, found.bytes);
      if (request.md5 != null) await checkMd5(this.options.store, named, { md5: request.md5, signal });
      decided = await this.decide(tenant, uploadId, request.part_ids);
    }
    if (!isSameList(decided.completion?.partIds, request.part_ids)) throw completedOtherwise(decided);
    if (decided.status === 'completed') return renderUpload(decided, this.now());
    if (isOver(decided, this.now())) throw uploadEnded(decided, true);
    const completed = await makeFile(this.options, { tenant, record: decided, parts, signal });
    this.removeParts(parts, uploadId);
    return renderUpload(completed, this.now());
  }

  async cancel(tenant: string, uploadId: string): Promise<UploadObject> {
    const found = await this.read(tenant, uploadId);
    if (found.status === 'cancelled') return renderUpload(found, this.now());
    this.checkOpen(found);
    const { value } = await this.change(tenant, uploadId, (current) => {
      if (current.status === 'cancelled') return undefined;
      this.checkOpen(current);
      return { ...current, status: 'cancelled' };
    });
    this.removeParts(new UploadParts(this.options.store, tenant, uploadId), uploadId);
    return renderUpload(value, this.now());
  }

  private checkBytes({ bytes }: CreateUploadDto): void {
    const { maxFileBytes } = this.options;
    if (bytes <= maxFileBytes) return;
    throw new GatewayError(
      'integer_above_max_value',
      `Invalid 'bytes': integer above maximum value. Expected a value <= ${maxFileBytes}, but got ${bytes} instead.`,
      { param: 'bytes' },
    );
  }

  private async read(tenant: string, uploadId: string): Promise<UploadRecord> {
    const key = objectKeys.uploadRecord(tenant, uploadId);
    const record = isUploadId(uploadId) ? await this.options.records.read<UploadRecord>(key) : undefined;
    if (record === undefined) throw noSuchUpload(uploadId);
    return record.value;
  }

  /** The first to name parts that fit decides; the others learn what was decided. */
  private async decide(tenant: string, uploadId: string, partIds: readonly string[]): Promise<UploadRecord> {
    const decidedAtMs = this.now();
    const { value } = await this.change(tenant, uploadId, (current) => {
      if (current.completion !== null) return undefined;
      this.checkOpen(current);
      const { purpose, expiresAfterSeconds, id } = current;
      const createdAt = Math.floor(decidedAtMs / 1000);
      const completion = {
        fileId: timeOrderedId('file-', decidedAtMs, id),
        partIds,
        decidedAtMs,
        fileExpiresAt: this.options.files.expiryOf(purpose, createdAt, expiresAfterSeconds ?? undefined),
      };
      return { ...current, completion };
    });
    return value;
  }

  private async change(
    tenant: string,
    uploadId: string,
    change: (current: UploadRecord) => UploadRecord | undefined,
  ): Promise<{ readonly value: UploadRecord }> {
    return await this.options.records.update<UploadRecord>(objectKeys.uploadRecord(tenant, uploadId), change);
  }

  private checkOpen(record: UploadRecord): void {
    const over = isOver(record, this.now());
    if (over || record.status !== 'pending' || record.completion !== null) throw uploadEnded(record, over);
  }

  /** Behind the answer, which does not depend on it: what stays is garbage in three hours. */
  private removeParts(parts: UploadParts, uploadId: string): void {
    parts.remove().catch((error: unknown) => {
      this.options.logger.warn({ uploadId, error }, 'parts of an upload are removed later');
    });
  }
}

function isSameList(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((entry, index) => entry === other[index]);
}

function newUploadRecord({ id, createdAtMs }: CreatePlace, request: CreateUploadDto): UploadRecord {
  return {
    version: 1,
    id,
    createdAtMs,
    bytes: request.bytes,
    filename: request.filename,
    mimeType: request.mime_type,
    purpose: request.purpose,
    expiresAfterSeconds: request.expires_after?.seconds ?? null,
    status: 'pending',
    completion: null,
  };
}

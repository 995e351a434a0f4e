import { HeadObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3';
import { GatewayError } from '#platform';
import type { StorageConfig } from '../config/read-storage-config.js';
import { ObjectStore } from '../object-store.port.js';
import type {
  ComposePart,
  ListPage,
  ObjectStream,
  ObjectSummary,
  ReadIntoOptions,
  ReadOptions,
  StoredObject,
  WriteOptions,
} from '../object-store.port.js';
import { createS3Client } from './create-s3-client.js';
import { deleteObjects } from './delete-objects.js';
import { listObjects } from './list-objects.js';
import { ObjectUpload } from './object-upload.js';
import { openObject, readObject } from './open-object.js';
import { PartAssembler } from './part-assembler.js';
import { putObject } from './put-object.js';
import { RangeReader } from './ranges/range-reader.js';
import { readAhead } from './read-ahead.js';
import { readEtag } from './read-etag.js';
import { S3Connection } from './s3-connection.js';
import { untilAborted } from './until-aborted.js';
import type { CopySource } from './upload-requests.js';

export interface S3ObjectStoreOptions {
  /** The SDK's own credential chain where absent. */
  readonly credentials?: S3ClientConfig['credentials'];
}

/**
 * Objects in one S3 bucket. A conditional `put` whose answer is lost is repeated by the SDK and may then report
 * `precondition_failed` though it won: RecordStore reads such a write back. `putStream` and `compose` do that themselves.
 */
export class S3ObjectStore extends ObjectStore {
  private readonly connection: S3Connection;
  private readonly ranges: RangeReader;

  constructor(config: StorageConfig, options: S3ObjectStoreOptions = {}) {
    super();
    this.connection = new S3Connection(createS3Client(config, options.credentials), config);
    this.ranges = new RangeReader(this.connection, config);
  }

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    return putObject(this.connection, key, typeof body === 'string' ? Buffer.from(body) : body, options);
  }

  override async putStream(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<{ etag: string; size: number }> {
    return this.upload(key, options, async (assembler, signal) => {
      for await (const chunk of untilAborted(body, signal)) {
        await assembler.addBytes(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      }
    });
  }

  override async compose(
    key: string,
    parts: AsyncIterable<ComposePart>,
    options: WriteOptions = {},
  ): Promise<{ etag: string; size: number }> {
    return this.upload(key, options, async (assembler, signal) => {
      const pieces = readAhead(untilAborted(parts, signal), (source) => this.fetchPiece(source, signal));
      for await (const piece of pieces) {
        await ('bytes' in piece ? assembler.addBytes(piece.bytes) : assembler.addCopy(piece.source));
      }
    });
  }

  override async get(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    return readObject(this.connection, key, options);
  }

  override async getStream(key: string, options: ReadOptions = {}): Promise<ObjectStream> {
    const stream = await openObject(this.connection, key, options);
    return options.range === undefined ? { ...stream, key } : stream;
  }

  override async readInto(key: string, target: Buffer, options: ReadIntoOptions): Promise<void> {
    if (await this.ranges.fill(key, target, options)) return;
    await super.readInto(key, target, options);
  }

  override async head(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<ObjectSummary> {
    const command = new HeadObjectCommand({ Bucket: this.connection.bucket, Key: this.connection.toS3Key(key) });
    return this.connection.run({ key, signal: options.signal }, async (client, abortSignal) => {
      const { ContentLength: size, ETag, LastModified: lastModified } = await client.send(command, { abortSignal });
      if (size === undefined || lastModified === undefined) throw new Error('The answer of S3 lacks size or date.');
      return { key, size, etag: readEtag(ETag), lastModified };
    });
  }

  override async list(
    prefix: string,
    options: {
      readonly startAfter?: string;
      readonly limit?: number;
      readonly delimiter?: string;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<ListPage> {
    return listObjects(this.connection, { prefix, ...options });
  }

  override async delete(keys: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await deleteObjects(this.connection, keys, options.signal);
  }

  /** Closes idle connections; requests that are running fail. */
  close(): void {
    this.connection.close();
    this.ranges.close();
  }

  private async upload(
    key: string,
    options: WriteOptions,
    fill: (assembler: PartAssembler, signal: AbortSignal) => Promise<void>,
  ): Promise<{ etag: string; size: number }> {
    const { connection } = this;
    const upload = new ObjectUpload(connection, key, options);
    const fetchPiece = async (source: CopySource): Promise<Buffer> => await this.fetchPiece(source, upload.signal);
    const assembler = new PartAssembler(upload, fetchPiece, connection.partMemory);
    try {
      await fill(assembler, upload.signal);
      return await assembler.finish();
    } catch (error) {
      await upload.abandon(error);
      throw error;
    }
  }

  private async fetchPiece({ key, range }: CopySource, signal: AbortSignal): Promise<Buffer> {
    const { body } = await readObject(this.connection, key, { range, signal });
    const expected = range.last - range.first + 1;
    if (body.length === expected) return body;
    throw new GatewayError('internal_error', 'A stored object is shorter than the piece that was to be joined.', {
      details: { key, range, actualBytes: body.length },
    });
  }
}

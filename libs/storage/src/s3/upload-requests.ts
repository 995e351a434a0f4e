import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import type { ByteRange, WriteOptions } from '../object-store.port.js';
import { putObject } from './put-object.js';
import { readEtag } from './read-etag.js';
import type { S3Connection } from './s3-connection.js';
import { toConditionHeaders } from './write-condition.js';

/** Joining takes S3 up to minutes for thousands of parts. */
const COMPLETE_MS_PER_PART = 20;
/** What the server copies without our help is at least this fast: 10 MB a second, as bytes per millisecond. */
const MIN_COPY_BYTES_PER_MS = 10_000;
const WRITER_METADATA = 'sluice-writer';

/** A piece of an object that the server copies; always a range, so that the copy has the size that was announced. */
export interface CopySource {
  readonly key: string;
  readonly range: ByteRange;
}

/** One part of a multipart upload. */
export interface PartPlace {
  readonly uploadId: string;
  readonly partNumber: number;
}

/** The requests that bring one object to S3. It carries a random writer in its metadata, by which `findOwn` knows it again. */
export class UploadRequests {
  private readonly writer = randomBytes(9).toString('base64url');

  constructor(
    private readonly connection: S3Connection,
    private readonly key: string,
    private readonly options: Pick<WriteOptions, 'condition' | 'contentType'>,
  ) {}

  async put(body: Buffer, signal: AbortSignal): Promise<{ etag: string }> {
    const { condition, contentType } = this.options;
    return putObject(this.connection, this.key, body, { condition, contentType, metadata: this.metadata(), signal });
  }

  async create(signal: AbortSignal): Promise<string> {
    const { contentType } = this.options;
    const command = new CreateMultipartUploadCommand({
      ...this.target(),
      ...(contentType !== undefined && { ContentType: contentType }),
      Metadata: this.metadata(),
      ...(await this.checksums()),
    });
    return this.connection.run({ key: this.key, signal }, async (client, abortSignal) => {
      const { UploadId } = await client.send(command, { abortSignal });
      if (UploadId === undefined) throw new Error('The answer of S3 has no upload id.');
      return UploadId;
    });
  }

  async uploadPart({ uploadId, partNumber }: PartPlace, body: Buffer, signal: AbortSignal): Promise<CompletedPart> {
    const command = new UploadPartCommand({
      ...this.target(),
      UploadId: uploadId,
      PartNumber: partNumber,
      Body: body,
      ...(await this.checksums()),
    });
    return this.connection.run({ key: this.key, bytes: body.length, signal }, async (client, abortSignal) => {
      const { ETag, ChecksumCRC32 } = await client.send(command, { abortSignal });
      return { PartNumber: partNumber, ETag: readEtag(ETag), ChecksumCRC32 };
    });
  }

  async copyPart({ uploadId, partNumber }: PartPlace, source: CopySource, signal: AbortSignal): Promise<CompletedPart> {
    const { first, last } = source.range;
    const command = new UploadPartCopyCommand({
      ...this.target(),
      UploadId: uploadId,
      PartNumber: partNumber,
      CopySource: toCopySource(this.connection.bucket, this.connection.toS3Key(source.key)),
      CopySourceRange: `bytes=${first}-${last}`,
    });
    const extraTimeoutMs = (last - first + 1) / MIN_COPY_BYTES_PER_MS;
    return this.connection.run({ key: source.key, extraTimeoutMs, signal }, async (client, abortSignal) => {
      const { CopyPartResult: result } = await client.send(command, { abortSignal });
      return { PartNumber: partNumber, ETag: readEtag(result?.ETag), ChecksumCRC32: result?.ChecksumCRC32 };
    });
  }

  async complete(uploadId: string, parts: CompletedPart[], signal: AbortSignal): Promise<{ etag: string }> {
    const command = new CompleteMultipartUploadCommand({
      ...this.target(),
      UploadId: uploadId,
      MultipartUpload: { Parts: parts },
      ...toConditionHeaders(this.options.condition),
    });
    const extraTimeoutMs = parts.length * COMPLETE_MS_PER_PART;
    return this.connection.run({ key: this.key, extraTimeoutMs, signal }, async (client, abortSignal) => {
      const { ETag } = await client.send(command, { abortSignal });
      return { etag: readEtag(ETag) };
    });
  }

  async abort(uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.target(), UploadId: uploadId });
    await this.connection.run({ key: this.key }, (client, abortSignal) => client.send(command, { abortSignal }));
  }

  /** The object under the key, if it is the one that these requests stored. */
  async findOwn(signal: AbortSignal): Promise<{ etag: string } | undefined> {
    const command = new HeadObjectCommand(this.target());
    return this.connection.run({ key: this.key, signal }, async (client, abortSignal) => {
      const { ETag, Metadata } = await client.send(command, { abortSignal });
      return Metadata?.[WRITER_METADATA] === this.writer ? { etag: readEtag(ETag) } : undefined;
    });
  }

  private target(): { Bucket: string; Key: string } {
    return { Bucket: this.connection.bucket, Key: this.connection.toS3Key(this.key) };
  }

  private metadata(): Record<string, string> {
    return { [WRITER_METADATA]: this.writer };
  }

  /** Where the SDK adds checksums to parts, S3 wants the upload to have been announced with the same kind. */
  private async checksums(): Promise<{ ChecksumAlgorithm?: 'CRC32' }> {
    return (await this.connection.usesChecksums()) ? { ChecksumAlgorithm: 'CRC32' } : {};
  }
}

function toCopySource(bucket: string, s3Key: string): string {
  return `${bucket}/${s3Key.split('/').map(encodeURIComponent).join('/')}`;
}

import type { S3Client } from '@aws-sdk/client-s3';
import { BufferPool } from '#platform';
import type { StorageConfig } from '../config/read-storage-config.js';
import { RequestDeadline } from './request-deadline.js';
import { TransferRoom } from './transfer-room.js';
import { translateS3Error, type S3Place } from './translate-s3-error.js';

/** The slowest line that a request still waits for: 1 MB a second, as bytes per millisecond. */
const MIN_BYTES_PER_MS = 1_000;

/** Four of the smallest parts: enough to keep a line busy, and little beside what a process needs anyway. */
const MAX_TRANSFER_BYTES = 20 * 1_048_576;
/** As much as is under way, and as much being put together beside it. */
const MAX_SPARE_BYTES = 2 * MAX_TRANSFER_BYTES;

export interface S3Call {
  readonly key?: string;
  /** Bytes that the request carries; they get time of their own. */
  readonly bytes?: number;
  /** Time beyond the usual that the server needs for its own work. */
  readonly extraTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** One bucket behind one client: every request to S3 passes here, so that each has an end and fails in our words. */
export class S3Connection {
  readonly bucket: string;
  readonly requestTimeoutMs: number;
  /** Of parts that are put together, by whichever upload is next. */
  readonly partMemory = new BufferPool(MAX_SPARE_BYTES);
  readonly transferRoom = new TransferRoom(MAX_TRANSFER_BYTES);
  private readonly prefix: string;

  constructor(
    private readonly client: S3Client,
    config: Pick<StorageConfig, 'bucket' | 'prefix' | 'requestTimeoutMs'>,
  ) {
    this.bucket = config.bucket;
    this.prefix = config.prefix ?? '';
    this.requestTimeoutMs = config.requestTimeoutMs;
  }

  /** @throws GatewayError, or the caller's own reason where its signal was the end. */
  async run<T>(call: S3Call, perform: (client: S3Client, signal: AbortSignal) => Promise<T>): Promise<T> {
    call.signal?.throwIfAborted();
    const transferMs = Math.ceil((call.bytes ?? 0) / MIN_BYTES_PER_MS);
    const deadline = new RequestDeadline(this.requestTimeoutMs + transferMs + (call.extraTimeoutMs ?? 0), call.signal);
    try {
      return await deadline.race(perform(this.client, deadline.signal));
    } catch (error) {
      call.signal?.throwIfAborted();
      throw translateS3Error(deadline.timedOut ? deadline.signal.reason : error, this.placeOf(call.key));
    } finally {
      deadline.clear();
    }
  }

  placeOf(key?: string): S3Place {
    return key === undefined ? { bucket: this.bucket } : { bucket: this.bucket, key };
  }

  toS3Key(key: string): string {
    return this.prefix + key;
  }

  fromS3Key(s3Key: string): string {
    return s3Key.slice(this.prefix.length);
  }

  async usesChecksums(): Promise<boolean> {
    return (await this.client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  }

  close(): void {
    this.client.destroy();
  }
}

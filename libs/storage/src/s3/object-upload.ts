import type { CompletedPart } from '@aws-sdk/client-s3';
import { GatewayError } from '#platform';
import type { WriteOptions } from '../object-store.port.js';
import { MAX_PARTS } from './part-sizes.js';
import type { S3Connection } from './s3-connection.js';
import { UploadRequests, type CopySource, type PartPlace } from './upload-requests.js';

const MAX_PARALLEL_PARTS = 4;
const MAX_PARALLEL_BYTES = 16 * 1_048_576;

/**
 * One object on its way to S3: a plain PutObject when nothing was added before `finish`, a multipart upload otherwise.
 * Nothing is visible under the key before `finish`.
 */
export class ObjectUpload {
  /** Ends with the caller's signal, or with the first part that fails (its error is the reason). */
  readonly signal: AbortSignal;
  private readonly stop = new AbortController();
  private readonly requests: UploadRequests;
  private readonly parts: CompletedPart[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private inFlightBytes = 0;
  private started: Promise<string> | undefined;

  constructor(
    private readonly connection: S3Connection,
    key: string,
    options: WriteOptions,
  ) {
    this.requests = new UploadRequests(connection, key, options);
    this.signal = options.signal === undefined ? this.stop.signal : AbortSignal.any([options.signal, this.stop.signal]);
  }

  get nextPartNumber(): number {
    return this.parts.length + 1;
  }

  /** Returns when the part is on its way, not when it is stored. Its memory is the connection's again then. */
  async addPart(body: Buffer): Promise<void> {
    const uploadId = await this.whenRoom(body.length);
    this.send(uploadId, body.length, async (place) => {
      const part = await this.requests.uploadPart(place, body, this.signal);
      this.connection.partMemory.giveBack(body);
      return part;
    });
  }

  /** Like `addPart`, with bytes that are on the server already. */
  async addCopy(source: CopySource): Promise<void> {
    const uploadId = await this.whenRoom(0);
    this.send(uploadId, 0, (place) => this.requests.copyPart(place, source, this.signal));
  }

  /** Stores what is left and makes the object visible, if the condition holds. */
  async finish(rest: Buffer): Promise<{ etag: string }> {
    if (this.started === undefined) return await this.putWhole(rest);
    if (rest.length > 0) await this.addPart(rest);
    await Promise.all(this.inFlight);
    this.signal.throwIfAborted();
    const uploadId = await this.started;
    return this.settle(() => this.requests.complete(uploadId, this.parts, this.signal));
  }

  /** Stops, and removes what was uploaded, also when the caller's signal was the reason. */
  async abandon(reason: unknown): Promise<void> {
    this.stop.abort(reason);
    await Promise.all(this.inFlight);
    // The upload's own failure is what the caller learns; a bucket's lifecycle rule removes the parts that are left here.
    await Promise.allSettled([this.started?.then((uploadId) => this.requests.abort(uploadId))]);
  }

  private async putWhole(body: Buffer): Promise<{ etag: string }> {
    const stored = await this.settle(() => this.requests.put(body, this.signal));
    if (body.length > 0) this.connection.partMemory.giveBack(body);
    return stored;
  }

  private async whenRoom(bytes: number): Promise<string> {
    this.started ??= this.requests.create(this.signal);
    const uploadId = await this.started;
    while (this.isFull(bytes)) await Promise.race(this.inFlight);
    this.signal.throwIfAborted();
    if (this.nextPartNumber > MAX_PARTS)
      throw new GatewayError('body_too_large', 'The content is too large to be stored as one object.');
    if (bytes > 0) await this.connection.transferRoom.enter(bytes, this.signal);
    return uploadId;
  }

  private send(uploadId: string, bytes: number, transfer: (place: PartPlace) => Promise<CompletedPart>): void {
    const partNumber = this.nextPartNumber;
    this.parts.push({ PartNumber: partNumber });
    this.inFlightBytes += bytes;
    const task: Promise<void> = transfer({ uploadId, partNumber })
      .then(
        (part) => void (this.parts[partNumber - 1] = part),
        (error: unknown) => this.stop.abort(error),
      )
      .finally(() => {
        this.inFlightBytes -= bytes;
        this.connection.transferRoom.leave(bytes);
        this.inFlight.delete(task);
      });
    this.inFlight.add(task);
  }

  private isFull(bytes: number): boolean {
    if (this.inFlight.size === 0) return false;
    return this.inFlight.size >= MAX_PARALLEL_PARTS || this.inFlightBytes + bytes > MAX_PARALLEL_BYTES;
  }

  /** A failure after a lost answer may be the echo of our own success: then the object that stands there is ours. */
  private async settle(write: () => Promise<{ etag: string }>): Promise<{ etag: string }> {
    try {
      return await write();
    } catch (error) {
      if (!GatewayError.is(error, 'precondition_failed') && !GatewayError.is(error, 'storage_unavailable')) throw error;
      const [found] = await Promise.allSettled([this.requests.findOwn(this.signal)]);
      if (found.status === 'fulfilled' && found.value !== undefined) return found.value;
      throw error;
    }
  }
}

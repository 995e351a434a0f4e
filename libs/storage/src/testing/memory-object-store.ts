import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { GatewayError } from '#platform';
import { ObjectStore } from '../object-store.port.js';
import type {
  ByteRange,
  ComposePart,
  ListPage,
  ObjectStream,
  ObjectSummary,
  ReadOptions,
  StoredObject,
  WriteCondition,
  WriteOptions,
} from '../object-store.port.js';
import { listPage } from './list-page.js';

type StoreOperation = 'put' | 'putStream' | 'compose' | 'get' | 'getStream' | 'head' | 'list' | 'delete';

/** What a caller of `put` sees of an answer that was lost: the second answer, to the client's own retry, or the loss itself. */
type LostAnswerMode = 'retried' | 'reported';

interface MemoryObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Objects in this process's memory, with S3's conditions, ranges and listing, and failures that a test can ask for. */
export class MemoryObjectStore extends ObjectStore {
  private readonly objects = new Map<string, MemoryObject>();
  private readonly failures = new Map<StoreOperation, number>();
  private readonly answeredKeys = new Set<string>();
  private lostAnswerMode: LostAnswerMode | undefined;

  /** The next calls of the operation fail with `storage_unavailable` before they have any effect. */
  failNext(operation: StoreOperation, count = 1): void {
    this.failures.set(operation, count);
  }

  /** From now on the first `put` of every key takes effect while its answer is lost. */
  loseAnswers(mode: LostAnswerMode = 'retried'): void {
    this.lostAnswerMode = mode;
  }

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    await this.begin('put', options.signal);
    const answer = this.store(key, Buffer.from(body), options.condition);
    if (this.lostAnswerMode === undefined || this.answeredKeys.has(key)) return answer;
    this.answeredKeys.add(key);
    if (this.lostAnswerMode === 'reported') throw unavailable('put');
    return this.store(key, Buffer.from(body), options.condition);
  }

  override async putStream(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<{ etag: string; size: number }> {
    await this.begin('putStream', options.signal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      options.signal?.throwIfAborted();
      chunks.push(Buffer.from(chunk));
    }
    const whole = Buffer.concat(chunks);
    return { ...this.store(key, whole, options.condition), size: whole.length };
  }

  override async compose(
    key: string,
    parts: AsyncIterable<ComposePart>,
    options: WriteOptions = {},
  ): Promise<{ etag: string; size: number }> {
    await this.begin('compose', options.signal);
    const pieces: Buffer[] = [];
    for await (const part of parts) {
      options.signal?.throwIfAborted();
      pieces.push('bytes' in part ? part.bytes : this.readPiece(part));
    }
    const whole = Buffer.concat(pieces);
    return { ...this.store(key, whole, options.condition), size: whole.length };
  }

  override async get(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    await this.begin('get', options.signal);
    return this.read(key, options);
  }

  override async getStream(key: string, options: ReadOptions = {}): Promise<ObjectStream> {
    await this.begin('getStream', options.signal);
    const { body, etag } = this.read(key, options);
    return {
      body: Readable.from(body.length === 0 ? [] : [Buffer.from(body)], { objectMode: false }),
      size: body.length,
      etag,
      ...(options.range === undefined && { key }),
    };
  }

  override async head(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<ObjectSummary> {
    await this.begin('head', options.signal);
    return toSummary(key, this.find(key));
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
    await this.begin('list', options.signal);
    return listPage(
      [...this.objects].map(([key, object]) => toSummary(key, object)),
      { prefix, ...options },
    );
  }

  override async delete(keys: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.begin('delete', options.signal);
    for (const key of keys) this.objects.delete(key);
  }

  /** Lets other callers in between, as a network does; what follows happens at once. */
  private async begin(operation: StoreOperation, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await setImmediate();
    signal?.throwIfAborted();
    const failures = this.failures.get(operation) ?? 0;
    if (failures === 0) return;
    this.failures.set(operation, failures - 1);
    throw unavailable(operation);
  }

  private store(key: string, body: Buffer, condition: WriteCondition | undefined): { etag: string } {
    if (condition !== undefined) this.check(key, condition);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(key, { body, etag, lastModified: new Date() });
    return { etag };
  }

  private check(key: string, condition: WriteCondition): void {
    const holds = 'absent' in condition ? !this.objects.has(key) : this.find(key).etag === condition.etag;
    if (!holds) throw preconditionFailed();
  }

  private read(key: string, { range, ifMatch }: ReadOptions): StoredObject {
    const { body, etag } = this.find(key);
    if (ifMatch !== undefined && ifMatch !== etag) throw preconditionFailed();
    return { body: Buffer.from(range === undefined ? body : cut(body, range)), etag };
  }

  private readPiece(part: { readonly copy: string; readonly range?: ByteRange; readonly size: number }): Buffer {
    if (part.size === 0) return Buffer.alloc(0);
    const range = part.range ?? { first: 0, last: part.size - 1 };
    const body = cut(this.find(part.copy).body, range);
    if (body.length === range.last - range.first + 1) return body;
    throw new GatewayError('internal_error', 'A stored object is shorter than the piece that was to be joined.');
  }

  private find(key: string): MemoryObject {
    const object = this.objects.get(key);
    if (object === undefined)
      throw new GatewayError('not_found', 'The stored object does not exist.', { details: { key } });
    return object;
  }
}

function cut(body: Buffer, range: ByteRange): Buffer {
  if (range.first < body.length) return body.subarray(range.first, range.last + 1);
  throw new GatewayError('range_not_satisfiable', 'The range lies outside of the stored object.');
}

function toSummary(key: string, object: MemoryObject): ObjectSummary {
  return { key, size: object.body.length, etag: object.etag, lastModified: object.lastModified };
}

function preconditionFailed(): GatewayError {
  return new GatewayError('precondition_failed', 'The stored object is not in the state that was expected.');
}

function unavailable(operation: StoreOperation): GatewayError {
  return new GatewayError('storage_unavailable', `The storage does not answer (${operation}).`, {
    retryAfterSeconds: 5,
  });
}

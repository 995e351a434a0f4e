import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '#platform';
import { garbage } from '../openai/upstream-answers.js';
import { convertRows, ROW_WORKER, type ConversionRequest, type ConversionResult } from './convert-rows.worker.js';
import type { EmbeddingEncoding } from './embedding-encodings.js';

interface Pending {
  resolve(lines: Buffer): void;
  reject(error: Error): void;
}

/** Less than this is converted in a millisecond, which is not worth the way to a thread. */
const SMALL_BYTES = 64 * 1024;
const MAX_WORKERS = 4;
const NEWLINE = 0x0a;

/** Converts embeddings between floats and base64; large ones in threads, so that no other call waits for them. */
export class RowConverter {
  private readonly workers: RowWorker[] = [];
  private next = 0;

  /** @throws UpstreamFailure `upstream_garbage` when the rows are no embeddings. */
  async convert(rows: readonly Buffer[], wanted: EmbeddingEncoding): Promise<readonly Buffer[]> {
    if (rows.length === 0) return rows;
    const text = joinRows(rows);
    const lines = text.length <= SMALL_BYTES ? convertHere(text, wanted) : await this.worker().convert(text, wanted);
    return splitLines(lines, rows.length);
  }

  /** Ends the threads; conversions on their way fail. */
  async close(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.end()));
  }

  private worker(): RowWorker {
    const size = Math.max(1, Math.min(MAX_WORKERS, availableParallelism() - 1));
    const at = this.next++ % size;
    const known = this.workers[at];
    if (known !== undefined && !known.isBroken) return known;
    return (this.workers[at] = new RowWorker());
  }
}

/** One thread and what it has been given. It never keeps the process alive. */
class RowWorker {
  isBroken = false;
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor() {
    this.worker = new Worker(workerUrl(), { workerData: ROW_WORKER });
    this.worker.unref();
    this.worker.on('message', (result: ConversionResult) => this.settle(result));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(undefined));
  }

  convert(text: Buffer, wanted: EmbeddingEncoding): Promise<Buffer> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      const request: ConversionRequest = { id, text, wanted };
      // Nothing this long lies in Buffer's shared pool, so its memory can be handed over.
      this.worker.postMessage(request, [request.text.buffer as ArrayBuffer]);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle({ id, lines }: ConversionResult): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (lines === undefined) waiting?.reject(garbage('a list of embeddings'));
    else waiting?.resolve(Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength));
  }

  private fail(cause: unknown): void {
    this.isBroken = true;
    for (const waiting of this.pending.values()) {
      waiting.reject(new GatewayError('internal_error', 'The embeddings could not be converted.', { cause }));
    }
    this.pending.clear();
  }
}

/** The worker's file has the ending of this one: `.ts` in a test, `.js` in the build. */
function workerUrl(): URL {
  const url = new URL('./convert-rows.worker.js', import.meta.url);
  if (import.meta.url.endsWith('.ts')) url.pathname = url.pathname.replace(/\.js$/, '.ts');
  return url;
}

function convertHere(text: Buffer, wanted: EmbeddingEncoding): Buffer {
  const lines = convertRows(text.toString('utf8'), wanted);
  if (lines === undefined) throw garbage('a list of embeddings');
  return Buffer.from(lines);
}

/** JSON text of the array of all rows, in memory of its own. */
function joinRows(rows: readonly Buffer[]): Buffer {
  const pieces: Buffer[] = [Buffer.from('[')];
  for (const [index, row] of rows.entries()) {
    if (index > 0) pieces.push(Buffer.from(','));
    pieces.push(row);
  }
  pieces.push(Buffer.from(']'));
  return Buffer.concat(pieces);
}

function splitLines(lines: Buffer, count: number): readonly Buffer[] {
  const rows: Buffer[] = [];
  let start = 0;
  for (let end = lines.indexOf(NEWLINE); end !== -1; end = lines.indexOf(NEWLINE, start)) {
    rows.push(lines.subarray(start, end));
    start = end + 1;
  }
  rows.push(lines.subarray(start));
  if (rows.length !== count) throw garbage('a list of embeddings');
  return rows;
}

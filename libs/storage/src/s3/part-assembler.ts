import { MAX_COPY_BYTES, MIN_PART_BYTES, minCopyBytes, targetPartBytes } from './part-sizes.js';
import { splitRange } from './split-range.js';
import type { CopySource } from './upload-requests.js';

/** Where finished parts go. */
export interface PartSink {
  readonly nextPartNumber: number;
  /** Memory for a part. */
  openPart(bytes: number): Buffer;
  /** Takes what `openPart` gave, as far as it was filled; returns when there is room for the next. */
  addPart(body: Buffer): Promise<void>;
  addCopy(source: CopySource): Promise<void>;
  finish(rest: Buffer): Promise<{ etag: string }>;
}

/** Reads a piece whose bytes must pass through here after all, because it is too small for a part of its own. */
export type FetchPiece = (source: CopySource) => Promise<Buffer>;

/** Turns pieces of any size, in order, into parts that S3 accepts: all but the last at least 5 MiB. */
export class PartAssembler {
  /** Bytes are copied as they come, so that nobody holds the many small buffers that they came in. */
  private filling: Buffer | undefined;
  private filledBytes = 0;
  private totalBytes = 0;

  constructor(
    private readonly sink: PartSink,
    private readonly fetchPiece: FetchPiece,
  ) {}

  async addBytes(bytes: Buffer): Promise<void> {
    this.totalBytes += bytes.length;
    let rest = bytes;
    while (rest.length > 0) {
      this.filling ??= this.sink.openPart(targetPartBytes(this.sink.nextPartNumber));
      const copied = rest.copy(this.filling, this.filledBytes);
      this.filledBytes += copied;
      rest = rest.subarray(copied);
      if (this.filledBytes === this.filling.length) await this.sink.addPart(this.takeFilled());
    }
  }

  async addCopy(source: CopySource): Promise<void> {
    const { first, last } = source.range;
    const size = last - first + 1;
    const missing = this.filledBytes === 0 ? 0 : Math.max(0, MIN_PART_BYTES - this.filledBytes);
    if (size - missing < minCopyBytes(this.sink.nextPartNumber + 1)) {
      await this.addBytes(await this.fetchPiece(source));
      return;
    }
    if (missing > 0)
      await this.addBytes(await this.fetchPiece({ ...source, range: { first, last: first + missing - 1 } }));
    if (this.filledBytes > 0) await this.sink.addPart(this.takeFilled());
    for (const range of splitRange({ first: first + missing, last }, MAX_COPY_BYTES)) {
      await this.sink.addCopy({ ...source, range });
    }
    this.totalBytes += size - missing;
  }

  async finish(): Promise<{ etag: string; size: number }> {
    const { etag } = await this.sink.finish(this.takeFilled());
    return { etag, size: this.totalBytes };
  }

  private takeFilled(): Buffer {
    const body = this.filling?.subarray(0, this.filledBytes) ?? Buffer.alloc(0);
    this.filling = undefined;
    this.filledBytes = 0;
    return body;
  }
}

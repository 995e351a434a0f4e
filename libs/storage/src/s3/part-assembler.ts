import { MAX_COPY_BYTES, MIN_PART_BYTES, minCopyBytes, targetPartBytes } from './part-sizes.js';
import { splitRange } from './split-range.js';
import type { CopySource } from './upload-requests.js';

/** Where finished parts go. */
export interface PartSink {
  readonly nextPartNumber: number;
  /** Has copied the pieces when it returns. */
  addPart(pieces: readonly Buffer[]): Promise<void>;
  addCopy(source: CopySource): Promise<void>;
  finish(rest: Buffer): Promise<{ etag: string }>;
}

/** Reads a piece whose bytes must pass through here after all, because it is too small for a part of its own. */
export type FetchPiece = (source: CopySource) => Promise<Buffer>;

/** Turns pieces of any size, in order, into parts that S3 accepts: all but the last at least 5 MiB. */
export class PartAssembler {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private totalBytes = 0;

  constructor(
    private readonly sink: PartSink,
    private readonly fetchPiece: FetchPiece,
  ) {}

  async addBytes(bytes: Buffer): Promise<void> {
    this.totalBytes += bytes.length;
    let rest = bytes;
    while (rest.length > 0) {
      const piece = rest.subarray(0, targetPartBytes(this.sink.nextPartNumber) - this.pendingBytes);
      this.pending.push(piece);
      this.pendingBytes += piece.length;
      rest = rest.subarray(piece.length);
      if (this.pendingBytes >= targetPartBytes(this.sink.nextPartNumber)) await this.sink.addPart(this.takePending());
    }
  }

  async addCopy(source: CopySource): Promise<void> {
    const { first, last } = source.range;
    const size = last - first + 1;
    const missing = this.pendingBytes === 0 ? 0 : Math.max(0, MIN_PART_BYTES - this.pendingBytes);
    if (size - missing < minCopyBytes(this.sink.nextPartNumber + 1)) {
      await this.addBytes(await this.fetchPiece(source));
      return;
    }
    if (missing > 0)
      await this.addBytes(await this.fetchPiece({ ...source, range: { first, last: first + missing - 1 } }));
    if (this.pendingBytes > 0) await this.sink.addPart(this.takePending());
    for (const range of splitRange({ first: first + missing, last }, MAX_COPY_BYTES)) {
      await this.sink.addCopy({ ...source, range });
    }
    this.totalBytes += size - missing;
  }

  async finish(): Promise<{ etag: string; size: number }> {
    const { etag } = await this.sink.finish(Buffer.concat(this.takePending()));
    return { etag, size: this.totalBytes };
  }

  private takePending(): readonly Buffer[] {
    const pieces = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    return pieces;
  }
}

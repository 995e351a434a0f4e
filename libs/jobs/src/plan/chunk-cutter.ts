import type { PlannedChunk } from '#contracts';
import { joinChunks, type CutChunk } from './join-chunks.js';

export interface ChunkBounds {
  /** Of lines whose replies may be large or slow; short ones share larger chunks, see `joinChunks`. */
  readonly maxLines: number;
  readonly maxBytes: number;
}

/** What is known of a request line besides its place. */
export interface LineTraits {
  /** Its number in the input, where rows tell it. */
  readonly number?: number;
  /** At most so many bytes of output follow from it; absent where nobody can tell. */
  readonly replyBytes?: number | undefined;
}

/** Collects request lines into chunks: byte ranges of whole lines, bounded by number and by bytes. */
export class ChunkCutter {
  private readonly done: CutChunk[] = [];
  private open: OpenChunk | undefined;
  private total = 0;

  constructor(private readonly bounds: ChunkBounds) {}

  /** Takes the next request line, by its byte range in the input. */
  add(
    line: { readonly first: number; readonly last: number },
    { number, replyBytes = Infinity }: LineTraits = {},
  ): void {
    if (this.open !== undefined && this.isFull(this.open.chunk, line.last)) this.close();
    this.open ??= {
      chunk: {
        first: line.first,
        last: line.last,
        request: this.total,
        requests: 0,
        ...(number === undefined ? {} : { line: number }),
      },
      replyBytes: 0,
    };
    this.open.chunk.last = line.last;
    this.open.chunk.requests++;
    this.open.replyBytes += replyBytes;
    this.total++;
  }

  finish(): { readonly chunks: readonly PlannedChunk[]; readonly total: number } {
    this.close();
    return { chunks: joinChunks(this.done, this.total, this.bounds), total: this.total };
  }

  private isFull(open: { first: number; requests: number }, last: number): boolean {
    return open.requests >= this.bounds.maxLines || last - open.first + 1 > this.bounds.maxBytes;
  }

  private close(): void {
    if (this.open !== undefined) this.done.push(this.open);
    this.open = undefined;
  }
}

interface OpenChunk {
  readonly chunk: { first: number; last: number; request: number; requests: number; line?: number };
  replyBytes: number;
}

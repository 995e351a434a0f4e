import type { PlannedChunk } from '#contracts';

export interface ChunkBounds {
  readonly maxLines: number;
  readonly maxBytes: number;
}

/** Collects request lines into chunks: byte ranges of whole lines, bounded by number and by bytes. */
export class ChunkCutter {
  private readonly done: PlannedChunk[] = [];
  private open: { first: number; last: number; request: number; requests: number; line?: number } | undefined;
  private total = 0;

  constructor(private readonly bounds: ChunkBounds) {}

  /** Takes the next request line, by its byte range in the input. @param number the line's, where rows tell it. */
  add(line: { readonly first: number; readonly last: number }, number?: number): void {
    if (this.open !== undefined && this.isFull(this.open, line.last)) this.close();
    this.open ??= {
      first: line.first,
      last: line.last,
      request: this.total,
      requests: 0,
      ...(number === undefined ? {} : { line: number }),
    };
    this.open.last = line.last;
    this.open.requests++;
    this.total++;
  }

  finish(): { readonly chunks: readonly PlannedChunk[]; readonly total: number } {
    this.close();
    return { chunks: this.done, total: this.total };
  }

  private isFull(open: { first: number; requests: number }, last: number): boolean {
    return open.requests >= this.bounds.maxLines || last - open.first + 1 > this.bounds.maxBytes;
  }

  private close(): void {
    if (this.open !== undefined) this.done.push(this.open);
    this.open = undefined;
  }
}

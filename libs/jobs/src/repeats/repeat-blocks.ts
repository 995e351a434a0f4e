import type { PlannedChunk } from '#contracts';
import type { ByteRange } from '#storage';
import type { RepeatPairs } from './repeat-pairs.js';

/** What one chunk has to do with the texts of others. */
export interface ChunkRepeats {
  /** Request → the first one with the same text, which stands in an earlier chunk. */
  readonly firsts: ReadonlyMap<number, number>;
  /** Requests whose rows later chunks need, ascending. */
  readonly shared: readonly number[];
}

export const NO_REPEATS: ChunkRepeats = { firsts: new Map(), shared: [] };

const WORD_BYTES = 4;
/** A request, and the first one with its text. */
const PAIR_BYTES = 2 * WORD_BYTES;

/**
 * One block a chunk, one behind the other: its pairs, then the requests that it shares, all as words of 32 bits,
 * little-endian. The chunks say how many there are of each.
 */
export function encodeBlocks(
  pairs: RepeatPairs,
  chunks: readonly PlannedChunk[],
): { readonly chunks: readonly PlannedChunk[]; readonly blocks: Buffer } {
  const isAcross = (first: number, chunk: number): boolean => first < (chunks[chunk]?.request ?? 0);
  const counted = chunks.map((planned) => ({ planned, repeats: 0, shared: 0 }));
  const shared = new SharedRequests(chunks);
  pairs.each(chunks, (_, first, chunk) => {
    const own = counted[chunk];
    if (own === undefined || !isAcross(first, chunk)) return;
    own.repeats++;
    shared.add(first);
  });
  for (const [chunk, own] of counted.entries()) shared.each(chunk, () => own.shared++);
  const done = counted.map(({ planned, repeats, shared: count }) => ({
    ...planned,
    ...(repeats === 0 ? {} : { repeats }),
    ...(count === 0 ? {} : { shared: count }),
  }));
  const blocks = Buffer.allocUnsafe(done.reduce((sum, chunk) => sum + bytesOf(chunk), 0));
  const starts = startsOf(done);
  const ends = [...starts];
  pairs.each(chunks, (request, first, chunk) => {
    if (!isAcross(first, chunk)) return;
    const at = ends[chunk] ?? 0;
    blocks.writeUInt32LE(request, at);
    blocks.writeUInt32LE(first, at + WORD_BYTES);
    ends[chunk] = at + PAIR_BYTES;
  });
  for (const chunk of done.keys()) {
    let at = ends[chunk] ?? 0;
    shared.each(chunk, (request) => (at = blocks.writeUInt32LE(request, at)));
  }
  return { chunks: done, blocks };
}

/** Where the block of a chunk stands; `undefined` where it has none. */
export function rangeOfBlock(chunks: readonly PlannedChunk[], chunk: number): ByteRange | undefined {
  const planned = chunks[chunk];
  if (planned === undefined || bytesOf(planned) === 0) return undefined;
  const first = chunks.slice(0, chunk).reduce((sum, before) => sum + bytesOf(before), 0);
  return { first, last: first + bytesOf(planned) - 1 };
}

export function decodeBlock(block: Buffer, { repeats = 0, shared = 0 }: PlannedChunk): ChunkRepeats {
  const word = (at: number): number => block.readUInt32LE(at * WORD_BYTES);
  return {
    firsts: new Map(Array.from({ length: repeats }, (_, pair) => [word(2 * pair), word(2 * pair + 1)])),
    shared: Array.from({ length: shared }, (_, index) => word(2 * repeats + index)),
  };
}

function bytesOf({ repeats = 0, shared = 0 }: PlannedChunk): number {
  return repeats * PAIR_BYTES + shared * WORD_BYTES;
}

function startsOf(chunks: readonly PlannedChunk[]): number[] {
  let start = 0;
  return chunks.map((chunk) => {
    const own = start;
    start += bytesOf(chunk);
    return own;
  });
}

/** A bit for each request of a job. */
class SharedRequests {
  private readonly bits: Uint8Array;

  constructor(private readonly chunks: readonly PlannedChunk[]) {
    const last = chunks.at(-1);
    this.bits = new Uint8Array(Math.ceil(((last?.request ?? 0) + (last?.requests ?? 0)) / 8));
  }

  add(request: number): void {
    this.bits[request >>> 3] = (this.bits[request >>> 3] ?? 0) | (1 << (request & 7));
  }

  /** Those of one chunk, ascending. */
  each(chunk: number, take: (request: number) => void): void {
    const { request: first = 0, requests = 0 } = this.chunks[chunk] ?? {};
    for (let request = first; request < first + requests; request++) {
      if (((this.bits[request >>> 3] ?? 0) & (1 << (request & 7))) !== 0) take(request);
    }
  }
}

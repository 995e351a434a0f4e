import type { PlannedChunk } from '#contracts';
import type { ByteRange } from '#storage';
import { chunkOf } from './chunk-of.js';
import type { RepeatPairs } from './repeat-pairs.js';

/** What one chunk has to do with the texts of others. */
export interface ChunkRepeats {
  /** Request → the first one with the same text, which stands in an earlier chunk. */
  readonly firsts: ReadonlyMap<number, number>;
  /** Requests whose rows later chunks need, in the order in which they are needed first. */
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
  const counts = chunks.map(() => ({ repeats: 0, shared: 0 }));
  const each = (take: PairTaker): void => eachAcross(pairs, chunks, take);
  each(({ chunk, sharedBy }) => {
    const own = counts[chunk];
    const other = sharedBy === undefined ? undefined : counts[sharedBy];
    if (own !== undefined) own.repeats++;
    if (other !== undefined) other.shared++;
  });
  const counted = chunks.map((chunk, index) => {
    const { repeats = 0, shared = 0 } = counts[index] ?? {};
    return { ...chunk, ...(repeats === 0 ? {} : { repeats }), ...(shared === 0 ? {} : { shared }) };
  });
  const blocks = Buffer.allocUnsafe(counted.reduce((sum, chunk) => sum + bytesOf(chunk), 0));
  const ofPairs = startsOf(counted);
  const ofShared = ofPairs.map((start, index) => start + (counts[index]?.repeats ?? 0) * PAIR_BYTES);
  each(({ request, first, chunk, sharedBy }) => {
    ofPairs[chunk] = blocks.writeUInt32LE(first, blocks.writeUInt32LE(request, ofPairs[chunk]));
    if (sharedBy !== undefined) ofShared[sharedBy] = blocks.writeUInt32LE(first, ofShared[sharedBy]);
  });
  return { chunks: counted, blocks };
}

type PairTaker = (pair: {
  readonly request: number;
  readonly first: number;
  readonly chunk: number;
  /** Chunk of the first request, where no pair before had the same. */
  readonly sharedBy: number | undefined;
}) => void;

/** Gives the pairs whose requests stand in different chunks. */
function eachAcross(pairs: RepeatPairs, chunks: readonly PlannedChunk[], take: PairTaker): void {
  const last = chunks.at(-1);
  const seen = new Uint8Array(Math.ceil(((last?.request ?? 0) + (last?.requests ?? 0)) / 8));
  pairs.each(chunks, (request, first, chunk) => {
    if (first >= (chunks[chunk]?.request ?? 0)) return;
    const bits = seen[first >>> 3] ?? 0;
    const bit = 1 << (first & 7);
    seen[first >>> 3] = bits | bit;
    take({ request, first, chunk, sharedBy: (bits & bit) === 0 ? chunkOf(chunks, first) : undefined });
  });
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

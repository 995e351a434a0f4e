import type { PlannedChunk } from '#contracts';

/** Number of the chunk that a request is in. */
export function chunkOf(chunks: readonly PlannedChunk[], request: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle]?.request ?? 0) <= request) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Copied in well under a millisecond, though the memory that is written to is fresh. */
const SLICE_BYTES = 1024 * 1024;

/**
 * Pieces as one buffer. Long ones are copied a slice at a time: 25 MB at once would keep all other calls waiting for more
 * than ten milliseconds, most of which the system takes to find the memory.
 *
 * @param allocate where the memory comes from.
 */
export async function joinInSlices(
  pieces: readonly Buffer[],
  allocate: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
): Promise<Buffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const joined = allocate(length);
  let at = 0;
  let sinceTurn = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += SLICE_BYTES) {
      const slice = piece.subarray(start, start + SLICE_BYTES);
      if (sinceTurn + slice.length > SLICE_BYTES) {
        await nextTurn();
        sinceTurn = 0;
      }
      joined.set(slice, at);
      at += slice.length;
      sinceTurn += slice.length;
    }
  }
  return joined;
}

import type { PlannedChunk } from '#contracts';

/** A chunk as the cutter leaves it. */
export interface CutChunk {
  readonly chunk: PlannedChunk;
  /** At most so many bytes of output follow from its lines; `Infinity` where nobody can tell. */
  readonly replyBytes: number;
}

/** A job keeps at least so many chunks that workers can share, before its chunks become larger. */
const SHARED_CHUNKS = 16;
/** The most that chunks grow: one of 4,000 lines, with the default of 500, is still short work where it qualifies at all. */
const MOST_JOINED = 8;
/** A worker holds a chunk's output until it is committed, several chunks at a time. */
const MAX_REPLY_BYTES = 8 * 1_048_576;

/**
 * Joins neighbours of a large job whose output is sure to be small: what a chunk costs beside its calls, some eight
 * requests to the store, four of them in a row, would otherwise take longer than the calls.
 *
 * @param total Lines of the job.
 * @param bounds Of a chunk before it grows; the bytes bound the grown one too.
 */
export function joinChunks(
  cut: readonly CutChunk[],
  total: number,
  { maxLines, maxBytes }: { readonly maxLines: number; readonly maxBytes: number },
): PlannedChunk[] {
  const mostLines = Math.min(maxLines * MOST_JOINED, Math.floor(total / SHARED_CHUNKS));
  const joined: CutChunk[] = [];
  for (const next of cut) {
    const last = joined.at(-1);
    const both = last === undefined ? undefined : join(last, next);
    const fits =
      both !== undefined &&
      both.chunk.requests <= mostLines &&
      both.chunk.last - both.chunk.first + 1 <= maxBytes &&
      both.replyBytes <= MAX_REPLY_BYTES;
    if (fits) joined[joined.length - 1] = both;
    else joined.push(next);
  }
  return joined.map(({ chunk }) => chunk);
}

function join(a: CutChunk, b: CutChunk): CutChunk {
  return {
    chunk: { ...a.chunk, last: b.chunk.last, requests: a.chunk.requests + b.chunk.requests },
    replyBytes: a.replyBytes + b.replyBytes,
  };
}

import { BYTES_PER_SAMPLE } from '#audio';
import type { PlannedChunk, RecordingPlan } from '#contracts';

/** Pieces that a worker takes at a time at least: enough to keep several calls going, few enough to be done soon. */
const MIN_PIECES = 8;
/** Each chunk costs a dozen requests to S3: of a long recording it holds more pieces, where there are chunks enough for all workers. */
const MANY_CHUNKS = 48;
const MAX_PIECES = 32;
const MAX_SAMPLES = 16_000 * 960;

/**
 * The chunks of a recording. The first piece stands alone: what it is heard as decides the language of all others, which
 * wait for it.
 */
export function chunkPieces(pieces: RecordingPlan['pieces']): PlannedChunk[] {
  const mostPieces = Math.min(MAX_PIECES, Math.max(MIN_PIECES, Math.ceil(pieces.length / MANY_CHUNKS)));
  const chunks: { first: number; last: number; request: number; requests: number }[] = [];
  pieces.forEach(([start, end], request) => {
    const open = chunks.at(-1);
    const last = end * BYTES_PER_SAMPLE - 1;
    const fits =
      open !== undefined &&
      open.request > 0 &&
      open.requests < mostPieces &&
      last - open.first < MAX_SAMPLES * BYTES_PER_SAMPLE;
    if (fits) {
      open.last = last;
      open.requests++;
    } else chunks.push({ first: start * BYTES_PER_SAMPLE, last, request, requests: 1 });
  });
  return chunks;
}

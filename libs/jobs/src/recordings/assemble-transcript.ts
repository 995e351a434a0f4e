import { stitchPieces, type PieceTranscript, type StitchedTranscript } from '#audio';
import type { ChunkCommit, JobPlan } from '#contracts';
import type { ObjectStore } from '#storage';
import { inParallel } from '../finish/in-parallel.js';
import { readPieceRow } from './piece-row.js';

const LINE_FEED = 0x0a;
const READS_AT_ONCE = 8;

/** One transcript of what is committed; a piece that failed, or is not done yet, is a gap in it. */
export async function assembleTranscript(
  store: ObjectStore,
  plan: JobPlan,
  commits: readonly ChunkCommit[],
): Promise<StitchedTranscript> {
  const heard = new Map<number, PieceTranscript>();
  await inParallel(commits, READS_AT_ONCE, async ({ output }) => {
    if (output === null) return;
    for (const row of splitRows((await store.get(output.key)).body)) {
      const { piece, transcript } = readPieceRow(row);
      heard.set(piece, transcript);
    }
  });
  const recording = plan.recording ?? { samples: 0, pieces: [], speech: [] };
  return stitchPieces({
    pieces: recording.pieces.map(([start, end, overlap]) => ({ start, end, overlap })),
    transcripts: recording.pieces.map((_, piece) => heard.get(piece) ?? SILENCE),
    speech: recording.speech.map(([start, end]) => ({ start, end })),
    samples: recording.samples,
  });
}

const SILENCE: PieceTranscript = { text: '', segments: [], words: [] };

function* splitRows(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(LINE_FEED, at);
    if (end > at) yield body.subarray(at, end);
    at = end === -1 ? body.length : end + 1;
  }
}

import { toSeconds, type StitchedTranscript } from '#audio';
import type { ChunkCommit, JobPlan } from '#contracts';
import type { ObjectStore } from '#storage';
import { requestOfRow } from '../chunks/output-row.js';
import { inParallel } from '../finish/in-parallel.js';
import { readPieceErrorRow, readPieceRow } from './piece-row.js';
import { stitchRecording } from './stitch-recording.js';

const LINE_FEED = 0x0a;
const READS_AT_ONCE = 8;

/** A stretch of a recording that could not be heard. Seconds. */
interface Gap {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

/** A transcript and what is missing from it; `gaps` is absent where nothing is. */
export type GappedTranscript = StitchedTranscript & { readonly gaps?: readonly Gap[] };

/** One transcript of what is committed. A piece that is not done yet is missing without a word, one that failed is a gap. */
export async function assembleTranscript(
  store: ObjectStore,
  plan: JobPlan,
  commits: readonly ChunkCommit[],
): Promise<GappedTranscript> {
  // As they are stored: what they hold takes several times the memory.
  const rows = new Map<number, Buffer>();
  const reasons = new Map<number, string>();
  await inParallel(commits, READS_AT_ONCE, async ({ output, errors }) => {
    for (const row of await readRows(store, output)) {
      const piece = requestOfRow('transcription', row);
      if (piece !== undefined) rows.set(piece, row);
    }
    for (const row of await readRows(store, errors)) {
      const { piece, error } = readPieceErrorRow(row);
      reasons.set(piece, error.message);
    }
  });
  const recording = plan.recording ?? { samples: 0, pieces: [], speech: [] };
  const gaps = recording.pieces.flatMap(([start, end], piece) => {
    const reason = reasons.get(piece);
    return reason === undefined ? [] : [{ start: toSeconds(start), end: toSeconds(end), reason }];
  });
  const transcript = stitchRecording(recording, (piece) => {
    const row = rows.get(piece);
    return row === undefined ? undefined : readPieceRow(row).transcript;
  });
  return gaps.length === 0 ? transcript : { ...transcript, gaps };
}

async function readRows(store: ObjectStore, data: ChunkCommit['output']): Promise<Buffer[]> {
  return data === null ? [] : [...splitRows((await store.get(data.key)).body)];
}

function* splitRows(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(LINE_FEED, at);
    if (end > at) yield body.subarray(at, end);
    at = end === -1 ? body.length : end + 1;
  }
}

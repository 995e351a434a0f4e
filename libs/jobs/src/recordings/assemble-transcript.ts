import { toSeconds, type StitchedTranscript } from '#audio';
import type { ChunkCommit, JobPlan, RecordingPlan } from '#contracts';
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
  const heard = new HeardPieces(store);
  await inParallel(commits, READS_AT_ONCE, async (commit) => await heard.add(commit));
  return heard.stitch(plan);
}

/** What pieces were heard as, chunk by chunk. */
export class HeardPieces {
  /** As they are stored: what they hold takes several times the memory. */
  private readonly rows = new Map<number, Buffer>();
  private readonly reasons = new Map<number, string>();

  constructor(private readonly store: ObjectStore) {}

  async add({ output, errors }: ChunkCommit): Promise<void> {
    const [heard, failed] = await Promise.all([readRows(this.store, output), readRows(this.store, errors)]);
    for (const row of heard) {
      const piece = requestOfRow('transcription', row);
      if (piece !== undefined) this.rows.set(piece, row);
    }
    for (const row of failed) {
      const { piece, error } = readPieceErrorRow(row);
      this.reasons.set(piece, error.message);
    }
  }

  stitch({ recording = NOTHING }: JobPlan): GappedTranscript {
    const gaps = recording.pieces.flatMap(([start, end], piece) => {
      const reason = this.reasons.get(piece);
      return reason === undefined ? [] : [{ start: toSeconds(start), end: toSeconds(end), reason }];
    });
    const transcript = stitchRecording(recording, (piece) => {
      const row = this.rows.get(piece);
      return row === undefined ? undefined : readPieceRow(row).transcript;
    });
    return gaps.length === 0 ? transcript : { ...transcript, gaps };
  }
}

const NOTHING: RecordingPlan = { samples: 0, pieces: [], speech: [] };

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

import { stitchPieces, type PieceTranscript, type StitchedTranscript } from '#audio';
import type { RecordingPlan } from '#contracts';

const SILENCE: PieceTranscript = { text: '', segments: [], words: [] };

/** One transcript of a planned recording. A piece that nothing is known of was silent. */
export function stitchRecording(
  { samples, pieces, speech }: RecordingPlan,
  heard: ReadonlyMap<number, PieceTranscript>,
): StitchedTranscript {
  return stitchPieces({
    pieces: pieces.map(([start, end, overlap]) => ({ start, end, overlap })),
    transcripts: pieces.map((_, piece) => heard.get(piece) ?? SILENCE),
    speech: speech.map(([start, end]) => ({ start, end })),
    samples,
  });
}

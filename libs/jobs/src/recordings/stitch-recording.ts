import { stitchPieces, type PieceTranscript, type StitchedTranscript } from '#audio';
import type { RecordingPlan } from '#contracts';

const SILENCE: PieceTranscript = { text: '', segments: [], words: [] };

/**
 * One transcript of a planned recording. A piece that nothing is known of was silent.
 *
 * @param heard what a piece was heard as; asked for one after the other.
 */
export function stitchRecording(
  { samples, pieces, speech }: RecordingPlan,
  heard: (piece: number) => PieceTranscript | undefined,
): StitchedTranscript {
  return stitchPieces({
    pieces: pieces.map(([start, end, overlap]) => ({ start, end, overlap })),
    transcripts: pieces.keys().map((piece) => heard(piece) ?? SILENCE),
    speech: speech.map(([start, end]) => ({ start, end })),
    samples,
  });
}

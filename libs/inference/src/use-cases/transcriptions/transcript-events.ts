import { renderUsage } from '../../audio-formats/render-transcript.js';
import type { Transcript } from '../../audio-formats/transcript.types.js';

/** OpenAI's events of a streamed transcription, one SSE frame each. */
export const DONE_FRAME = Buffer.from('data: [DONE]\n\n');

export function deltaFrame(delta: string): Buffer {
  return frame({ type: 'transcript.text.delta', delta });
}

export function doneFrame(transcript: Transcript): Buffer {
  return frame({ type: 'transcript.text.done', text: transcript.text, ...renderUsage(transcript) });
}

/** The text in pieces that add up to it: one for each segment, where there are any. */
export function deltasOf({ text, segments = [] }: Transcript): readonly string[] {
  const joined = segments.map((segment) => segment.text);
  // What follows the segments must be the text itself, or a reader who adds up the pieces gets another one.
  if (joined.join('').trim() !== text) return text === '' ? [] : [text];
  const first = joined.findIndex((piece) => piece.trim() !== '');
  return joined.slice(Math.max(0, first)).map((piece, index) => (index === 0 ? piece.trimStart() : piece));
}

function frame(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}

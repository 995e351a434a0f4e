import type { Transcript, TranscriptSegment } from './transcript.types.js';

/** Segments for formats that cannot be without; a transcript without times is one segment over all of the recording. */
export function timedSegments({ segments, text, durationSeconds = 0 }: Transcript): readonly TranscriptSegment[] {
  if (segments !== undefined && (segments.length > 0 || text === '')) return segments;
  return text === '' ? [] : [{ start: 0, end: durationSeconds, text }];
}

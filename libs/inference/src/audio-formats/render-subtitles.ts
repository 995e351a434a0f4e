import { timedSegments } from './timed-segments.js';
import type { Transcript, TranscriptSegment } from './transcript.types.js';

/** SubRip. */
export function renderSrt(transcript: Transcript): string {
  return timedSegments(transcript)
    .map((segment, index) => `${index + 1}\n${cue(segment, ',')}\n`)
    .join('\n');
}

/** WebVTT. */
export function renderVtt(transcript: Transcript): string {
  return ['WEBVTT\n', ...timedSegments(transcript).map((segment) => `${cue(segment, '.')}\n`)].join('\n');
}

/** A blank line would end a cue, and an arrow begin another. */
function cue({ start, end, text }: TranscriptSegment, point: ',' | '.'): string {
  const line = text
    .trim()
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll('-->', '->');
  return `${timestamp(start, point)} --> ${timestamp(end, point)}\n${line}`;
}

function timestamp(seconds: number, point: ',' | '.'): string {
  const totalMs = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const hours = Math.floor(totalMs / 3_600_000);
  const minutes = Math.floor(totalMs / 60_000) % 60;
  return `${pad(hours)}:${pad(minutes)}:${pad(Math.floor(totalMs / 1000) % 60)}${point}${pad(totalMs % 1000, 3)}`;
}

import { cutCues, type Cue } from './cut-cues.js';
import type { Transcript } from './transcript.types.js';

/** SubRip. */
export function renderSrt(transcript: Transcript): string {
  return cutCues(transcript)
    .map((cue, index) => `${index + 1}\n${renderCue(cue, ',')}\n`)
    .join('\n');
}

/** WebVTT. */
export function renderVtt(transcript: Transcript): string {
  return ['WEBVTT\n', ...cutCues(transcript).map((cue) => `${renderCue(cue, '.')}\n`)].join('\n');
}

function renderCue({ start, end, lines }: Cue, point: ',' | '.'): string {
  return `${timestamp(start, point)} --> ${timestamp(end, point)}\n${lines.join('\n')}`;
}

function timestamp(seconds: number, point: ',' | '.'): string {
  const totalMs = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const hours = Math.floor(totalMs / 3_600_000);
  const minutes = Math.floor(totalMs / 60_000) % 60;
  return `${pad(hours)}:${pad(minutes)}:${pad(Math.floor(totalMs / 1000) % 60)}${point}${pad(totalMs % 1000, 3)}`;
}

import { FRAME_SAMPLES, FRAMES_PER_SECOND } from './frame-levels.js';
import { speechThresholds } from './speech-threshold.js';

/** A stretch of a recording, in samples; `end` is the first one behind it. */
export interface SampleSpan {
  readonly start: number;
  readonly end: number;
}

/** Clicks and single frames of noise are no speech. */
const MIN_SPEECH_FRAMES = 4;
/** The gap between two words is no pause. */
const MIN_SILENCE_FRAMES = 15;

/** Where somebody speaks (or anything else sounds that stands out), in order, with the pauses left out. */
export function findSpeech(levels: Int8Array): SampleSpan[] {
  const thresholds = speechThresholds(levels);
  const spans: { start: number; end: number }[] = [];
  for (let frame = 0; frame < levels.length; frame++) {
    const threshold = thresholds[Math.floor(frame / FRAMES_PER_SECOND)] ?? 0;
    if ((levels[frame] ?? 0) < threshold) continue;
    const last = spans.at(-1);
    if (last !== undefined && frame === last.end) last.end = frame + 1;
    else spans.push({ start: frame, end: frame + 1 });
  }
  return joinNear(spans.filter(({ start, end }) => end - start >= MIN_SPEECH_FRAMES)).map(({ start, end }) => ({
    start: start * FRAME_SAMPLES,
    end: end * FRAME_SAMPLES,
  }));
}

function joinNear(spans: readonly SampleSpan[]): SampleSpan[] {
  const joined: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.start - last.end < MIN_SILENCE_FRAMES) last.end = span.end;
    else joined.push({ ...span });
  }
  return joined;
}

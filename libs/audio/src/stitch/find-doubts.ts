import { deflateSync } from 'node:zlib';
import { toSamples } from '../pcm/pcm-format.js';
import type { SampleSpan } from '../silence/find-speech.js';
import { normaliseWord } from './align-words.js';
import type { Doubt, TimedSegment } from './transcript.types.js';

// Whisper's own bounds, as openai-whisper and faster-whisper use them to try a stretch again.
const MAX_COMPRESSION = 2.4;
const MAX_NO_SPEECH = 0.6;
const LEAST_LOGPROB = -1;
/** A segment is shorter than the window; by itself zlib takes a quarter of a megabyte for each, and 16 KiB for what comes out. */
const SMALL = { windowBits: 12, memLevel: 5, chunkSize: 1024 } as const;
/** Short texts compress badly or well by chance. */
const MIN_COMPRESSED_CHARACTERS = 60;
/** A phrase said so often in a row, over so many words, is a loop of the decoder. */
const LOOP_TIMES = 4;
const LOOP_WORDS = 8;
const MAX_PHRASE_WORDS = 8;
/** A segment in which less than this share is sound was heard in silence. */
const LEAST_SOUND_SHARE = 0.05;

/** Why a segment may be invented rather than heard. It is marked, never dropped: only a person can tell. */
export function findDoubts(segment: TimedSegment, speech: readonly SampleSpan[]): Doubt[] {
  const doubts: Doubt[] = [];
  if (
    isLoop(
      segment.text
        .split(/\s+/)
        .map(normaliseWord)
        .filter((word) => word !== ''),
    )
  )
    doubts.push('repetition');
  if (compressionRatio(segment) > MAX_COMPRESSION) doubts.push('compression');
  if (isUnheard(segment) || soundShare(segment, speech) < LEAST_SOUND_SHARE) doubts.push('no-speech');
  return doubts;
}

function isUnheard({ noSpeechProbability = 0, averageLogprob = 0 }: TimedSegment): boolean {
  return noSpeechProbability > MAX_NO_SPEECH && averageLogprob < LEAST_LOGPROB;
}

function compressionRatio({ compressionRatio: reported, text }: TimedSegment): number {
  if (text.length < MIN_COMPRESSED_CHARACTERS) return 0;
  const bytes = Buffer.from(text);
  return Math.max(reported ?? 0, bytes.length / deflateSync(bytes, SMALL).length);
}

function isLoop(words: readonly string[]): boolean {
  for (let length = 1; length <= MAX_PHRASE_WORDS; length++) {
    let run = 0;
    for (let at = length; at < words.length; at++) {
      run = words[at] === words[at - length] ? run + 1 : 0;
      const said = run + length;
      if (said >= LOOP_WORDS && said >= LOOP_TIMES * length) return true;
    }
  }
  return false;
}

function soundShare({ start, end }: TimedSegment, speech: readonly SampleSpan[]): number {
  const from = toSamples(start);
  const to = Math.max(from + 1, toSamples(end));
  let sound = 0;
  for (let index = firstBehind(speech, from); index < speech.length; index++) {
    const span = speech[index];
    if (span === undefined || span.start >= to) break;
    sound += Math.min(span.end, to) - Math.max(span.start, from);
  }
  return sound / (to - from);
}

/** The first span that ends behind a sample. */
function firstBehind(spans: readonly SampleSpan[], sample: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { createSeededRandom } from '../../faults/create-seeded-random.js';
import type { RecordingPlan, SpokenWord } from './plan-recording.js';
import { WORD_SECONDS } from './tone-code.js';
import { AMPLITUDE, renderWord } from './tone-speech.js';

const FULL_SCALE = 32_767;
const SLICE_SECONDS = 10;
/** Noise and words are drawn from seeds of their own. */
const NOISE_SEED = 1_000_003;
/** An A major chord, far below the tones of words. */
const CHORD_HZ = [110, 138.6, 164.8, 220];
const MUSIC_AMPLITUDE = 0.12;

/** The samples of a recording as 16-bit PCM, some seconds at a time, so that hours need no memory. */
export function* renderRecording(plan: RecordingPlan, sampleRateHz = 16_000): Generator<Buffer> {
  const { noiseBelowSpeechDb, music = [], seed } = plan.options;
  const addNoise = noiseBelowSpeechDb === undefined ? undefined : createNoise(seed, noiseBelowSpeechDb);
  const total = Math.ceil(plan.seconds * sampleRateHz);
  const length = SLICE_SECONDS * sampleRateHz;
  for (let from = 0; from < total; from += length) {
    const slice: Slice = { samples: new Float32Array(Math.min(length, total - from)), from, sampleRateHz };
    addWords(slice, plan.words);
    for (const span of music) addChord(slice, span);
    addNoise?.(slice.samples);
    yield toPcm(slice.samples);
  }
}

interface Slice {
  readonly samples: Float32Array;
  /** Place of its first sample in the recording. */
  readonly from: number;
  readonly sampleRateHz: number;
}

/** A word that reaches into the next slice is drawn in both. */
function addWords({ samples, from, sampleRateHz }: Slice, words: readonly SpokenWord[]): void {
  const seconds = [from / sampleRateHz - WORD_SECONDS, (from + samples.length) / sampleRateHz] as const;
  for (let index = firstFrom(words, seconds[0]); index < words.length; index++) {
    const word = words[index];
    if (word === undefined || word.start >= seconds[1]) return;
    add(samples, renderWord(word.word, sampleRateHz), Math.round(word.start * sampleRateHz) - from);
  }
}

/** The first word that starts at a moment or behind it. */
function firstFrom(words: readonly SpokenWord[], seconds: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addChord({ samples, from, sampleRateHz }: Slice, [begin, end]: readonly [number, number]): void {
  const first = Math.max(0, Math.round(begin * sampleRateHz) - from);
  const last = Math.min(samples.length, Math.round(end * sampleRateHz) - from);
  for (let at = first; at < last; at++) samples[at] = (samples[at] ?? 0) + chordAt((from + at) / sampleRateHz);
}

function createNoise(seed: number, belowSpeechDb: number): (samples: Float32Array) => void {
  const random = createSeededRandom(seed + NOISE_SEED);
  const amplitude = noiseAmplitude(belowSpeechDb);
  return (samples) => {
    for (let at = 0; at < samples.length; at++) samples[at] = (samples[at] ?? 0) + (random() * 2 - 1) * amplitude;
  };
}

/** Evenly spread noise of amplitude a has the power a²/3, two tones of amplitude b the power b². */
function noiseAmplitude(belowSpeechDb: number): number {
  return Math.sqrt(3 * AMPLITUDE ** 2 * 10 ** (-belowSpeechDb / 10));
}

function chordAt(seconds: number): number {
  return CHORD_HZ.reduce((sum, hertz) => sum + MUSIC_AMPLITUDE * Math.sin(2 * Math.PI * hertz * seconds), 0);
}

function add(slice: Float32Array, sound: Float32Array, at: number): void {
  for (let index = Math.max(0, -at); index < sound.length && at + index < slice.length; index++) {
    slice[at + index] = (slice[at + index] ?? 0) + (sound[index] ?? 0);
  }
}

function toPcm(samples: Float32Array): Buffer {
  const pcm = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => {
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * FULL_SCALE), index * 2);
  });
  return pcm;
}

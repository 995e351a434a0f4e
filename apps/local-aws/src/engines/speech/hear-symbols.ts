import { FIRST_BANK, SECOND_BANK, type ToneBank } from './tone-code.js';
import type { Recording } from './read-wav.js';

/** A symbol as it was heard. */
export interface HeardSymbol {
  readonly bank: 'first' | 'second';
  readonly symbol: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

interface Frame {
  readonly bank: 'first' | 'second';
  readonly symbol: number;
}

interface Loudest {
  readonly index: number;
  readonly energy: number;
}

// Tones that are multiples of 50 Hz are told apart in a window of 20 ms.
const WINDOW_SECONDS = 0.02;
const HOP_SECONDS = 0.01;
/** Of a symbol's frames, fewer than these are the edge of a cut or chance. */
const MIN_FRAMES = 5;
/** Mean square below which there is silence: -50 dB of full scale. */
const SILENCE_POWER = 1e-5;
/** What the two tones must hold of all that sounds, and each of them. */
const MIN_PAIR_SHARE = 0.5;
const MIN_TONE_SHARE = 0.12;
const BANKS = [
  ['first', FIRST_BANK],
  ['second', SECOND_BANK],
] as const;

/** Symbols in the order in which they sound. */
export function hearSymbols({ samples, sampleRateHz }: Recording): HeardSymbol[] {
  const windowLength = Math.round(WINDOW_SECONDS * sampleRateHz);
  const heard: HeardSymbol[] = [];
  let current: Frame | undefined;
  let since = 0;
  const end = (frame: number): void => {
    if (current === undefined || frame - since < MIN_FRAMES) return;
    // A frame counts from the middle half of its window on.
    const margin = (WINDOW_SECONDS - HOP_SECONDS) / 2;
    const startSeconds = since * HOP_SECONDS + margin;
    heard.push({ ...current, startSeconds, endSeconds: frame * HOP_SECONDS + margin });
  };
  const frames = Math.max(0, Math.floor((samples.length / sampleRateHz - WINDOW_SECONDS) / HOP_SECONDS + 1e-9) + 1);
  for (let frame = 0; frame < frames; frame++) {
    const from = Math.round(frame * HOP_SECONDS * sampleRateHz);
    const next = hearFrame(samples.subarray(from, from + windowLength), sampleRateHz);
    if (next?.bank === current?.bank && next?.symbol === current?.symbol) continue;
    end(frame);
    current = next;
    since = frame;
  }
  end(frames);
  return heard;
}

function hearFrame(window: Float32Array, sampleRateHz: number): Frame | undefined {
  let total = 0;
  for (const sample of window) total += sample * sample;
  if (total < SILENCE_POWER * window.length) return undefined;
  for (const [bank, { lowsHz, highsHz }] of BANKS) {
    const low = loudest(window, lowsHz, sampleRateHz);
    const high = loudest(window, highsHz, sampleRateHz);
    const isPair = low.energy + high.energy >= MIN_PAIR_SHARE * total;
    if (isPair && Math.min(low.energy, high.energy) >= MIN_TONE_SHARE * total) {
      return { bank, symbol: low.index * 4 + high.index };
    }
  }
  return undefined;
}

function loudest(window: Float32Array, frequenciesHz: ToneBank['lowsHz'], sampleRateHz: number): Loudest {
  let best: Loudest = { index: 0, energy: -1 };
  frequenciesHz.forEach((frequencyHz, index) => {
    const energy = toneEnergy(window, frequencyHz / sampleRateHz);
    if (energy > best.energy) best = { index, energy };
  });
  return best;
}

/** Goertzel's algorithm: the energy that a window holds at one frequency, in the unit of the sum of squares. */
function toneEnergy(window: Float32Array, cyclesPerSample: number): number {
  const coefficient = 2 * Math.cos(2 * Math.PI * cyclesPerSample);
  let before = 0;
  let last = 0;
  for (const sample of window) {
    const now = sample + coefficient * last - before;
    before = last;
    last = now;
  }
  return (2 / window.length) * (last * last + before * before - coefficient * last * before);
}

import { FIRST_BANK, SECOND_BANK, SYMBOL_SECONDS, symbolsOf, tonesOf, type SymbolTones } from './tone-code.js';
import { VOCABULARY } from './vocabulary.js';

export interface ToneSpeechOptions {
  /** At least 8000. */
  readonly sampleRateHz?: number;
  /** Silence between two words. */
  readonly pauseSeconds?: number;
  /** Silence before the first and behind the last word. */
  readonly edgeSeconds?: number;
  /** Pauses that differ: by the index of the word that they follow. */
  readonly pausesSeconds?: Readonly<Record<number, number>>;
}

const HEADER_BYTES = 44;
const FULL_SCALE = 32_767;
/** Of each of the two tones. */
const AMPLITUDE = 0.3;
/** A tone that begins at once would click over all frequencies. */
const RAMP_SECONDS = 0.004;

/**
 * A recording in which words of the vocabulary are said: mono, 16 bits a sample, as a WAV file.
 * @throws RangeError for a word that the vocabulary does not hold
 */
export function toneSpeech(words: readonly string[], options: ToneSpeechOptions = {}): Buffer {
  const { sampleRateHz = 16_000, pauseSeconds = 0.1, edgeSeconds = 0.2, pausesSeconds = {} } = options;
  const silence = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * sampleRateHz));
  const pieces: Float32Array[] = [silence(edgeSeconds)];
  words.forEach((word, index) => {
    const place = VOCABULARY.findIndex((pair) => pair.includes(word));
    if (place === -1) throw new RangeError(`'${word}' is not in the vocabulary`);
    const [first, second] = symbolsOf(place);
    pieces.push(sound(tonesOf(first, FIRST_BANK), sampleRateHz), sound(tonesOf(second, SECOND_BANK), sampleRateHz));
    if (index < words.length - 1) pieces.push(silence(pausesSeconds[index] ?? pauseSeconds));
  });
  pieces.push(silence(edgeSeconds));
  return encodeWav(pieces, sampleRateHz);
}

function sound({ lowHz, highHz }: SymbolTones, sampleRateHz: number): Float32Array {
  const length = Math.round(SYMBOL_SECONDS * sampleRateHz);
  const ramp = RAMP_SECONDS * sampleRateHz;
  return Float32Array.from({ length }, (_, index) => {
    const angle = (2 * Math.PI * index) / sampleRateHz;
    const envelope = Math.min(1, (index + 1) / ramp, (length - index) / ramp);
    return AMPLITUDE * envelope * (Math.sin(lowHz * angle) + Math.sin(highHz * angle));
  });
}

function encodeWav(pieces: readonly Float32Array[], sampleRateHz: number): Buffer {
  const samples = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const wav = Buffer.alloc(HEADER_BYTES + samples * 2);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRateHz, 24);
  wav.writeUInt32LE(sampleRateHz * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * 2, 40);
  let offset = HEADER_BYTES;
  for (const piece of pieces) {
    for (const sample of piece) offset = wav.writeInt16LE(Math.round(sample * FULL_SCALE), offset);
  }
  return wav;
}

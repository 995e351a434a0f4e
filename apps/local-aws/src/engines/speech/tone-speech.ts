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
export const AMPLITUDE = 0.3;
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
    pieces.push(renderWord(place, sampleRateHz));
    if (index < words.length - 1) pieces.push(silence(pausesSeconds[index] ?? pauseSeconds));
  });
  pieces.push(silence(edgeSeconds));
  return encodeWav(pieces, sampleRateHz);
}

/** How a word of the vocabulary sounds. */
export function renderWord(word: number, sampleRateHz: number): Float32Array {
  const [first, second] = symbolsOf(word);
  const sounds = [
    ...sound(tonesOf(first, FIRST_BANK), sampleRateHz),
    ...sound(tonesOf(second, SECOND_BANK), sampleRateHz),
  ];
  return Float32Array.from(sounds);
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
  const content = Buffer.alloc(samples * 2);
  let offset = 0;
  for (const piece of pieces) {
    for (const sample of piece) offset = content.writeInt16LE(Math.round(sample * FULL_SCALE), offset);
  }
  return Buffer.concat([wavHeader(samples, sampleRateHz), content]);
}

/** Of a WAV file of mono samples of 16 bits. */
export function wavHeader(samples: number, sampleRateHz: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + samples * 2, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples * 2, 40);
  return header;
}

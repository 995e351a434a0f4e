import { EngineRejection } from '../engine-rejection.js';

export interface Recording {
  readonly sampleRateHz: number;
  /** Mono, from -1 to 1. */
  readonly samples: Float32Array;
}

interface Format {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bytesPerSample: number;
}

const CHUNK_HEADER_BYTES = 8;
const FIRST_CHUNK = 12;
const PCM = 1;
/** Says that the format itself stands further behind; what it holds is PCM nearly always. */
const EXTENSIBLE = 0xfffe;
const MIN_SAMPLE_RATE_HZ = 8000;
const MAX_CHANNELS = 8;

/**
 * The samples of a WAV file of 16, 24 or 32 bits, channels mixed down. A last chunk that is cut short counts as far as it goes.
 * @throws EngineRejection in vLLM's words
 */
export function readWav(bytes: Buffer): Recording {
  const isWave = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WAVE';
  if (!isWave) throw unsupported();
  let format: Format | undefined;
  for (let at = FIRST_CHUNK; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = bytes.subarray(at + CHUNK_HEADER_BYTES, at + CHUNK_HEADER_BYTES + length);
    if (name === 'fmt ') format = readFormat(content);
    if (name === 'data') {
      if (format === undefined) throw unsupported();
      return { sampleRateHz: format.sampleRateHz, samples: mixDown(content, format) };
    }
    // Chunks begin at even places.
    at += CHUNK_HEADER_BYTES + length + (length % 2);
  }
  throw unsupported();
}

function readFormat(content: Buffer): Format {
  if (content.length < 16) throw unsupported();
  const tag = content.readUInt16LE(0);
  const channels = content.readUInt16LE(2);
  const sampleRateHz = content.readUInt32LE(4);
  const bits = content.readUInt16LE(14);
  const isKnown = (tag === PCM || tag === EXTENSIBLE) && [16, 24, 32].includes(bits);
  if (!isKnown || channels < 1 || channels > MAX_CHANNELS || sampleRateHz < MIN_SAMPLE_RATE_HZ) throw unsupported();
  return { channels, sampleRateHz, bytesPerSample: bits / 8 };
}

function mixDown(content: Buffer, { channels, bytesPerSample }: Format): Float32Array {
  const frameBytes = channels * bytesPerSample;
  const scale = 1 / (channels * 2 ** (bytesPerSample * 8 - 1));
  const samples = new Float32Array(Math.floor(content.length / frameBytes));
  for (let index = 0; index < samples.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += content.readIntLE(index * frameBytes + channel * bytesPerSample, bytesPerSample);
    }
    samples[index] = sum * scale;
  }
  return samples;
}

function unsupported(): EngineRejection {
  return new EngineRejection('Invalid or unsupported audio file.', 'file');
}

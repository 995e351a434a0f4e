import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { planRecording, type RecordingOptions, type RecordingPlan } from './plan-recording.js';
import { renderRecording } from './render-recording.js';
import { wavHeader } from './tone-speech.js';
import { VOCABULARY } from './vocabulary.js';

const SAMPLE_RATE_HZ = 16_000;

const USAGE = `npm run tone-speech -- <file.wav> [options]

Writes a recording in which words of a fixed vocabulary are said in tones, and beside it <file>.words.json with every
word and its times. The stand-in's speech models hear what is in it.

  --seconds 60        how long it is at least
  --seed 1            another seed, other words and pauses
  --pauses 0:0.6      seconds between words, from:to
  --long-pauses 10:5  one pause in 10 is longer, up to 5 seconds
  --noise 20          white noise, so many dB below the speech
  --music 20:32       music instead of speech, from:to in seconds`;

/** @throws Error in words for the person at the command line */
export async function runToneSpeechCommand(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { file, options } = readArguments(args);
  const plan = planRecording(options);
  const samples = Math.ceil(plan.seconds * SAMPLE_RATE_HZ);
  const pieces = function* (): Generator<Buffer> {
    yield wavHeader(samples, SAMPLE_RATE_HZ);
    yield* renderRecording(plan, SAMPLE_RATE_HZ);
  };
  await pipeline(Readable.from(pieces()), createWriteStream(file));
  const words = `${file.replace(/\.wav$/, '')}.words.json`;
  await writeFile(words, `${JSON.stringify(describeWords(plan), undefined, 1)}\n`);
  print(`${file}: ${plan.words.length} words in ${plan.seconds.toFixed(1)} s; ${words} says which and when`);
}

function readArguments(args: readonly string[]): { readonly file: string; readonly options: RecordingOptions } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      pauses: { type: 'string', default: '0:0.6' },
      'long-pauses': { type: 'string' },
      noise: { type: 'string' },
      music: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined) throw new Error(USAGE);
  const long = values['long-pauses'] === undefined ? undefined : readPair('long-pauses', values['long-pauses']);
  const options: RecordingOptions = {
    seconds: readNumber('seconds', values.seconds),
    seed: readNumber('seed', values.seed),
    pauseSeconds: readPair('pauses', values.pauses),
    ...(long === undefined ? {} : { longPauseEvery: long[0], longPauseSeconds: long[1] }),
    ...(values.noise === undefined ? {} : { noiseBelowSpeechDb: readNumber('noise', values.noise) }),
    ...(values.music === undefined ? {} : { music: [readPair('music', values.music)] }),
  };
  return { file, options };
}

function readPair(name: string, text: string): [number, number] {
  const [from = '', to = ''] = text.split(':');
  return [readNumber(name, from), readNumber(name, to)];
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`--${name}: '${text}' is no number from 0 up.`);
  return value;
}

function describeWords({ words }: RecordingPlan): object[] {
  return words.map(({ word, start, end }) => ({ word: VOCABULARY[word]?.[0], start, end }));
}

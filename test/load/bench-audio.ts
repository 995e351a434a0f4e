/**
 * `npm run bench:audio`, two parts.
 *
 * `words`: words lost, doubled and shifted where recordings are cut. Recordings of tone speech with known words are cut at
 * silence, each piece is heard by the tone engine from its samples alone, and what it heard is stitched.
 *
 * `system`: what a recording of many hours costs, through the whole system, at an endpoint that is 200 times as fast as
 * people speak; `--pace 0` is as fast as this machine. Where there is an ffmpeg it is measured as mp3 and flac too.
 *
 *     npm run bench:audio -- --only words --recordings 50 --hours 0
 *     npm run bench:audio -- --only system --long-seconds 7200 --pace 0
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countWordErrors } from '#load/audio/count-word-errors';
import { measureLongRecording } from '#load/audio/measure-long-recording';
import { describeMachine } from '#load/bench-processes';
import { renderFigures } from '#load/bulk/figure';

const { values: options } = parseArgs({
  options: {
    recordings: { type: 'string', default: '200' },
    hours: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'words,system' },
    'long-seconds': { type: 'string', default: '36000' },
    formats: { type: 'string' },
    pace: { type: 'string', default: '200' },
  },
});

type Audio = typeof import('../../libs/audio/src/index.js');
type Planning = typeof import('../../apps/local-aws/src/engines/speech/plan-recording.js');
type Rendering = typeof import('../../apps/local-aws/src/engines/speech/render-recording.js');
type Hearing = typeof import('../../apps/local-aws/src/engines/speech/transcribe.js');
type Words = typeof import('../../apps/local-aws/src/engines/speech/vocabulary.js');

const built = async <T>(file: string): Promise<T> =>
  (await import(new URL(`../../dist/${file}.js`, import.meta.url).href)) as T;
const speechFolder = 'apps/local-aws/src/engines/speech';
const { cutPieces, findSpeech, FrameLevels, stitchPieces } = await built<Audio>('libs/audio/src/index');
const { planRecording } = await built<Planning>(`${speechFolder}/plan-recording`);
const { renderRecording } = await built<Rendering>(`${speechFolder}/render-recording`);
const { transcribe } = await built<Hearing>(`${speechFolder}/transcribe`);
const { VOCABULARY } = await built<Words>(`${speechFolder}/vocabulary`);

type RecordingOptions = Parameters<typeof planRecording>[0];

/** Pauses of 0 to 5 s, noise up to 10 dB below the speech, music, and speech that never pauses. */
const KINDS: readonly (readonly [name: string, how: Omit<RecordingOptions, 'seed' | 'seconds'>])[] = [
  ['pauses up to 5 s', { pauseSeconds: [0, 0.6], longPauseEvery: 10, longPauseSeconds: 5 }],
  [
    'pauses, noise at 20 dB',
    { pauseSeconds: [0, 0.6], longPauseEvery: 10, longPauseSeconds: 5, noiseBelowSpeechDb: 20 },
  ],
  [
    'pauses, noise at 10 dB',
    { pauseSeconds: [0, 0.6], longPauseEvery: 10, longPauseSeconds: 5, noiseBelowSpeechDb: 10 },
  ],
  [
    'pauses, music between',
    {
      pauseSeconds: [0.05, 0.5],
      music: [
        [20, 32],
        [45, 48],
      ],
    },
  ],
  ['no pause at all', { pauseSeconds: [0, 0] }],
  ['no pause, noise at 10 dB', { pauseSeconds: [0, 0], noiseBelowSpeechDb: 10 }],
];
/** vLLM's bounds, the tightest of all engines. */
const LIMITS = { targetSeconds: 26, maxSeconds: 30 };
const BYTES_PER_SAMPLE = 2;
const SAMPLE_RATE_HZ = 16_000;

interface Tally {
  recordings: number;
  words: number;
  lost: number;
  added: number;
  worstShiftSeconds: number;
  pieces: number;
  forced: number;
}

function hear(recording: Buffer, piece: { readonly start: number; readonly end: number }) {
  const pcm = recording.subarray(piece.start * BYTES_PER_SAMPLE, piece.end * BYTES_PER_SAMPLE);
  const samples = Float32Array.from(
    { length: piece.end - piece.start },
    (_, index) => pcm.readInt16LE(index * 2) / 32_768,
  );
  const speech = transcribe({ sampleRateHz: SAMPLE_RATE_HZ, samples }, { task: 'transcribe', language: undefined });
  return { text: speech.text, segments: speech.segments, words: speech.segments.flatMap(({ words }) => words) };
}

function measure(recordingOptions: RecordingOptions, tally: Tally): void {
  const plan = planRecording(recordingOptions);
  const recording = Buffer.concat([...renderRecording(plan)]);
  const levels = new FrameLevels();
  levels.push(recording);
  const speech = findSpeech(levels.finish());
  const pieces = cutPieces(speech, levels.samples, LIMITS);
  const transcripts = pieces.map((piece) => hear(recording, piece));
  const { words = [] } = stitchPieces({ pieces, transcripts, speech, samples: levels.samples });
  const said = plan.words.map(({ word, start, end }) => ({ word: VOCABULARY[word]?.[0] ?? '', start, end }));
  const errors = countWordErrors(said, words);
  tally.recordings++;
  tally.words += errors.words;
  tally.lost += errors.lost;
  tally.added += errors.added;
  tally.worstShiftSeconds = Math.max(tally.worstShiftSeconds, errors.worstShiftSeconds);
  tally.pieces += pieces.length;
  tally.forced += pieces.filter(({ overlap }) => overlap > 0).length;
}

function report(name: string, tally: Tally): void {
  const { recordings, words, lost, added, worstShiftSeconds, pieces, forced } = tally;
  const rate = (((lost + added) / Math.max(1, words)) * 100).toFixed(3);
  console.log(
    `${name.padEnd(26)} ${String(recordings).padStart(4)} recordings ${String(words).padStart(7)} words  lost ${lost}  added ${added}  (${rate} %)  times within ${(worstShiftSeconds * 1000).toFixed(0)} ms  ${pieces} pieces, ${forced} cut in speech`,
  );
}

function measureWords(): void {
  console.log(`boundary word error, pieces of ${LIMITS.targetSeconds} to ${LIMITS.maxSeconds} s`);
  const emptyTally = (): Tally => ({
    recordings: 0,
    words: 0,
    lost: 0,
    added: 0,
    worstShiftSeconds: 0,
    pieces: 0,
    forced: 0,
  });
  const tallies = new Map(KINDS.map(([name]) => [name, emptyTally()]));
  for (let index = 0; index < Number(options.recordings); index++) {
    const [name, how] = KINDS[index % KINDS.length] ?? KINDS[0]!;
    const seed = Number(options.seed) + index;
    measure({ seed, seconds: 60 + ((seed * 37) % 180), ...how }, tallies.get(name) ?? emptyTally());
  }
  for (const [name, tally] of tallies) report(name, tally);
  for (let index = 0; index < Number(options.hours); index++) {
    const [name, how] = KINDS[(index * 2) % KINDS.length] ?? KINDS[0]!;
    const tally = emptyTally();
    measure({ seed: Number(options.seed) + 1000 + index, seconds: 3600, ...how }, tally);
    report(`an hour, ${name}`, tally);
  }
}

async function measureSystem(): Promise<void> {
  const { PATH = '' } = process.env;
  const hasFfmpeg = PATH.split(':').some((part) => existsSync(join(part, 'ffmpeg')));
  const formats = options.formats?.split(',').filter((format) => format !== '') ?? (hasFfmpeg ? ['mp3', 'flac'] : []);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-audio-'));
  try {
    const recording = { seconds: Number(options['long-seconds']), pace: Number(options.pace), formats };
    console.log(renderFigures(await measureLongRecording(folder, recording)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(describeMachine());
const wanted = options.only.split(',');
if (wanted.includes('words')) measureWords();
if (wanted.includes('system')) await measureSystem();

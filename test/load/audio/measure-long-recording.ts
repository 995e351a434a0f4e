import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, memoryMegabytes, root } from '#load/bench-processes';
import { withBenchSystem, type BenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { forgetPeak, peakMegabytes } from '#load/bulk/memory';

const MODEL = 'whisper-large-v3-turbo/dev';
/** As `sluice.yaml` has it, and the calls that bulk work has in flight there at once. */
const ENDPOINT = 'vllm-whisper-endpoint';
const CALLS_AT_ONCE = 8;
/** The mean of a long recording's. */
const PIECE_SECONDS = 23.5;
/** What the stand-in itself takes for a piece while it is at eight of them. */
const HEARING_MS = 300;
const HOUR_SECONDS = 3600;
const LOOK_MS = 500;
/** As the SDK's own pollers do, every five seconds: each time is CPU of the api's, which counts. */
const LOOKS_A_POLL = 10;
/** Memory of what is large goes back to the system (docs/operations.md). */
const AS_THE_IMAGE = { MALLOC_MMAP_THRESHOLD_: '1048576' };
/** Of `/proc/<pid>/stat` on Linux. */
const CLOCK_TICKS_PER_SECOND = 100;
/** The first part of a job is not what memory is like in the long run. */
const WARM_SHARE = 0.3;

interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly errors: unknown;
  readonly output_file_id: string | null;
}

/** Seconds of CPU time. */
interface Cpu {
  /** Of worker and api. */
  readonly own: number;
  readonly decoder: number;
}

export interface LongRecording {
  readonly seconds: number;
  /** How many times as fast as people speak the endpoint is; 0 = as fast as this machine. */
  readonly pace: number;
  /** Besides `wav`, as endings that this machine's ffmpeg writes. */
  readonly formats: readonly string[];
}

/** A recording of many hours through the whole system, once in each format. The stand-in really decodes the tones. */
export async function measureLongRecording(
  folder: string,
  { seconds, pace, formats }: LongRecording,
): Promise<Figure[]> {
  const wav = join(folder, 'long.wav');
  run(process.execPath, ['scripts/prepare.mjs', 'scripts/tone-speech.ts', wav, '--seconds', String(seconds)]);
  const figures: Figure[] = [];
  for (const format of ['wav', ...formats]) {
    const file = format === 'wav' ? wav : encode(wav, format);
    const measure = async (system: BenchSystem): Promise<Figure[]> => {
      if (pace > 0) await slowDown(system, pace);
      return await measureFile(system, file, format);
    };
    figures.push(...(await withBenchSystem(AS_THE_IMAGE, measure)));
  }
  return figures;
}

/** Each call takes so long that all calls at once come to the pace. */
async function slowDown({ awsOrigin }: BenchSystem, pace: number): Promise<void> {
  const delayMs = Math.max(0, Math.round((1000 * CALLS_AT_ONCE * PIECE_SECONDS) / pace) - HEARING_MS);
  const fault = { target: ENDPOINT, kind: 'slow', delayMs };
  const answer = await fetch(`${awsOrigin}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(`the endpoint cannot be slowed down: ${await answer.text()}`);
}

function encode(wav: string, format: string): string {
  const file = wav.replace(/wav$/, format);
  run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', '-i', wav, file]);
  return file;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

async function measureFile(system: BenchSystem, file: string, format: string): Promise<Figure[]> {
  const { client } = system;
  const [worker, api] = [system.pidOf('worker'), system.pidOf('api')];
  const { id: input } = await client.files.create({ file: createReadStream(file), purpose: 'user_data' });
  const readCpu = (): Cpu => ({ own: cpuSeconds(worker) + cpuSeconds(api), decoder: decoderSeconds(worker) });
  const before = readCpu();
  forgetPeak(worker);
  const startedAtMs = performance.now();
  const body = { type: 'transcription', model: MODEL, input_file_id: input };
  const created = await client.post<JobAnswer>('/jobs', { body });
  const resident: number[] = [];
  let job = created;
  let decoded: Cpu | undefined;
  while (!isOver(job)) {
    const isDecoded = job.status !== 'validating';
    if (isDecoded) decoded ??= readCpu();
    for (let looks = isDecoded ? LOOKS_A_POLL : 1; looks > 0; looks--) {
      await delay(LOOK_MS);
      resident.push(memoryMegabytes(worker));
    }
    job = await client.get<JobAnswer>(`/jobs/${created.id}`);
  }
  const tookSeconds = (performance.now() - startedAtMs) / 1000;
  if (job.status !== 'completed') throw new Error(`the job has ended as ${JSON.stringify(job)}`);
  const after = readCpu();
  const transcript = await (await client.files.content(job.output_file_id ?? '')).text();
  const { duration, text } = JSON.parse(transcript) as { readonly duration: number; readonly text: string };
  const hours = duration / HOUR_SECONDS;
  const decoder = after.decoder - before.decoder;
  const decoding = (decoded ?? after).own - before.own;
  const besides = after.own - before.own - decoding;
  const size = `${(statSync(file).size / 1024 ** 2).toFixed(0)} MiB, ${text.split(' ').length} words`;
  const name = `${hours.toFixed(1)} h of ${format}`;
  return [
    {
      name: `${name}: worker's peak memory`,
      value: peakMegabytes(worker),
      unit: 'MiB',
      bar: { kind: 'below', value: 300 },
      note: `${size}; ${growthOf(resident)}`,
    },
    {
      name: `${name}: decoding`,
      value: duration / (decoder + decoding),
      unit: '× real time',
      bar: { kind: 'at least', value: 100 },
      note: `CPU time: the decoder's ${decoder.toFixed(1)} s, and ${decoding.toFixed(1)} s of ours to fetch, feed and store`,
    },
    {
      name: `${name}: own CPU time per hour besides`,
      value: besides / hours,
      unit: 's',
      bar: { kind: 'below', value: 1 },
      note: `${((besides + decoding) / hours).toFixed(2)} s with ours of decoding; done after ${tookSeconds.toFixed(0)} s, ${(duration / tookSeconds).toFixed(0)} × real time`,
    },
  ];
}

function isOver({ status }: JobAnswer): boolean {
  return ['completed', 'failed', 'expired', 'cancelled'].includes(status);
}

function growthOf(resident: readonly number[]): string {
  const warm = resident.slice(Math.floor(resident.length * WARM_SHARE));
  return `${warm[0] ?? 0} MiB once warm, ${warm.at(-1) ?? 0} MiB at the end`;
}

/** CPU seconds of the processes that a process has started and that have ended. */
function decoderSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS_PER_SECOND;
}

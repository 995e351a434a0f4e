import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { GatewayError } from '#platform';
import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';
import type { DecodeRequest } from './audio-decoder.port.js';
import { isCutWav } from './is-cut-wav.js';
import { explainFailure } from './explain-failure.js';
import { cannotRun, invalidAudio, tooLarge, tooLong, tooSlow } from './decode-errors.js';

export interface DecoderCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resident memory at which a decoder is taken for a bomb; decoding speech takes a tenth. Looked at on Linux only. */
const MAX_RESIDENT_BYTES = 768 * 1024 * 1024;
const LOOK_MS = 250;
/** A decoder that gives no sample for so long hangs. */
const STALL_MS = 60_000;
const MAX_STDERR_BYTES = 16_384;

/** Runs one decoder: samples from its output, words of failure from its error output, an end in every case. */
export async function* runDecoder(command: DecoderCommand, request: DecodeRequest): AsyncGenerator<Buffer> {
  request.signal.throwIfAborted();
  if (await isCutWav(request.file)) throw invalidAudio('it is cut off before its end.');
  const child = start(command);
  const watch = new Watch(child, request);
  const words = collectWords(child.stderr as Readable);
  const maxBytes = request.maxSeconds * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE;
  let bytes = 0;
  try {
    for await (const piece of child.stdout as Readable) {
      const samples = piece as Buffer;
      bytes += samples.length;
      watch.sawOutput();
      if (bytes > maxBytes) throw tooLong(request.maxSeconds);
      watch.handedOut();
      yield samples;
      watch.sawOutput();
    }
    const [code] = (await watch.exit) as [number | null];
    watch.throwIfStopped();
    const fault = explainFailure({ code, words: await words, bytes });
    if (fault !== undefined) throw invalidAudio(fault);
  } catch (error) {
    watch.throwIfStopped();
    throw error;
  } finally {
    await watch.end();
  }
}

function start({ command, args, environment }: DecoderCommand): ChildProcess {
  // Nothing of this process's environment is a decoder's business.
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment };
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
}

/** Ends a decoder that its caller has left, that hangs, takes too long, or swells. */
class Watch {
  readonly exit: Promise<unknown[]>;
  private reason: unknown;
  private lastOutputMs = Date.now();
  private readonly timer: NodeJS.Timeout;
  private readonly abort = (): void => this.stop(this.request.signal.reason);

  constructor(
    private readonly child: ChildProcess,
    private readonly request: DecodeRequest,
  ) {
    this.exit = once(child, 'close');
    // What went wrong is thrown by whoever waits for the exit; nobody may be waiting yet.
    this.exit.catch((error: unknown) => this.stop(cannotRun(error)));
    const deadlineMs = Date.now() + request.timeoutMs;
    this.timer = setInterval(() => void this.look(deadlineMs), LOOK_MS);
    request.signal.addEventListener('abort', this.abort, { once: true });
  }

  sawOutput(): void {
    this.lastOutputMs = Date.now();
  }

  /** While others have what it gave, and perhaps store it slowly, nothing is expected of it. */
  handedOut(): void {
    this.lastOutputMs = Infinity;
  }

  throwIfStopped(): void {
    if (this.reason !== undefined) throw this.reason;
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    this.request.signal.removeEventListener('abort', this.abort);
    this.child.kill('SIGKILL');
    await this.exit.catch(() => undefined);
  }

  private stop(reason: unknown): void {
    this.reason ??= reason ?? new GatewayError('client_closed_request', 'Decoding was given up.');
    this.child.kill('SIGKILL');
  }

  private async look(deadlineMs: number): Promise<void> {
    if (Date.now() > deadlineMs || Date.now() - this.lastOutputMs > STALL_MS) this.stop(tooSlow());
    else if ((await residentBytes(this.child.pid)) > MAX_RESIDENT_BYTES) this.stop(tooLarge());
  }
}

async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // It has just ended, or this is no Linux.
    return 0;
  }
}

async function collectWords(stream: Readable): Promise<string> {
  let words = '';
  for await (const piece of stream) {
    if (words.length < MAX_STDERR_BYTES) words += String(piece);
  }
  return words.slice(0, MAX_STDERR_BYTES);
}

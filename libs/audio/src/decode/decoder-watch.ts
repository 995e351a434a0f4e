import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { GatewayError } from '#platform';
import type { DecodeRequest } from './audio-decoder.port.js';
import { cannotRun, sourceTooSlow, tooLarge, tooSlow } from './decode-errors.js';

/** Resident memory at which a decoder is taken for a bomb; decoding speech takes a tenth. Looked at on Linux only. */
const MAX_RESIDENT_BYTES = 768 * 1024 * 1024;
const LOOK_MS = 250;
/** A decoder that gives no sample for so long hangs. */
const STALL_MS = 60_000;

/** Ends a decoder that its caller has left, that hangs, takes too long, or swells. */
export class DecoderWatch {
  readonly exit: Promise<unknown[]>;
  private reason: unknown;
  private lastOutputMs = Date.now();
  private deadlineMs: number;
  /** Since when its stream is waited for. */
  private waitingSinceMs: number | undefined;
  private waitedMs = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly abort = (): void => this.stop(this.request.signal.reason);

  constructor(
    private readonly child: ChildProcess,
    private readonly request: DecodeRequest,
  ) {
    this.exit = once(child, 'close');
    // What went wrong is thrown by whoever waits for the exit; nobody may be waiting yet.
    this.exit.catch((error: unknown) => this.stop(cannotRun(error)));
    this.deadlineMs = Date.now() + request.timeoutMs;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    request.signal.addEventListener('abort', this.abort, { once: true });
  }

  sawOutput(): void {
    this.lastOutputMs = Date.now();
  }

  /** While others have what it gave, and perhaps store it slowly, nothing is expected of it. */
  handedOut(): void {
    this.lastOutputMs = Infinity;
  }

  /** Nor while it has decoded all that has come of a stream: its time stands still. */
  waitsForSource(): void {
    this.waitingSinceMs = Date.now();
  }

  hasSource(): void {
    if (this.waitingSinceMs === undefined) return;
    const waitedMs = Date.now() - this.waitingSinceMs;
    this.waitingSinceMs = undefined;
    this.waitedMs += waitedMs;
    this.lastOutputMs += waitedMs;
    this.deadlineMs += waitedMs;
  }

  stop(reason: unknown): void {
    this.reason ??= reason ?? new GatewayError('client_closed_request', 'Decoding was given up.');
    this.child.kill('SIGKILL');
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

  private async look(): Promise<void> {
    const nowMs = Date.now();
    const itsMs = this.waitingSinceMs ?? nowMs;
    if (this.waitedMs + nowMs - itsMs > this.request.timeoutMs) this.stop(sourceTooSlow());
    else if (itsMs > this.deadlineMs || itsMs - this.lastOutputMs > STALL_MS) this.stop(tooSlow());
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

import cluster, { type Worker } from 'node:cluster';
import { forwardLines } from './forward-lines.js';
import { ALIVE_MS, isProcessMessage, type GroupMessage, type MemberMessage } from './process-messages.js';
import { PROCESS_NUMBER } from './processes.config.js';

/** How a process of the group ended. */
export interface ProcessEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly livedMs: number;
}

export interface MemberProcessListeners {
  readonly onMessage: (message: MemberMessage) => void;
  readonly onEnd: (end: ProcessEnd) => void;
}

/** Loading and a first look at keys and models may keep a process silent for long on a busy machine. */
const START_TIMEOUT_MS = 120_000;

/** One process of a group, from its start to its end. */
export class MemberProcess {
  /** Resolves when it takes connections, or has ended before. */
  readonly settled: Promise<void>;
  /** Resolves when it is gone and everything that it wrote is passed on. */
  readonly ended: Promise<void>;
  private readonly worker: Worker;
  private readonly startedAtMs = performance.now();
  private missed = 0;
  private hasListened = false;

  /** @param number 1 and up; a process that takes another's place has its number. */
  constructor(number: number, { onMessage, onEnd }: MemberProcessListeners) {
    this.worker = cluster.fork({ [PROCESS_NUMBER]: String(number) });
    const { process: child } = this.worker;
    if (child.stdout !== null) forwardLines(child.stdout, process.stdout);
    if (child.stderr !== null) forwardLines(child.stderr, process.stderr);
    this.worker.on('message', (message: unknown) => {
      if (!isProcessMessage(message)) return;
      this.missed = 0;
      onMessage(message as MemberMessage);
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        onEnd({ code, signal, livedMs: performance.now() - this.startedAtMs });
        resolve();
      });
    });
    // What could not be started closes without ever having run.
    child.on('error', () => undefined);
    const listening = new Promise<void>((resolve) => {
      this.worker.once('listening', () => {
        this.hasListened = true;
        this.missed = 0;
        resolve();
      });
    });
    this.settled = Promise.race([listening, this.ended]);
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  get isConnected(): boolean {
    return this.worker.isConnected();
  }

  send(message: GroupMessage): void {
    if (!this.worker.isConnected()) return;
    // One that dies meanwhile tells so by its end.
    this.worker.send(message, () => undefined);
  }

  /** To be asked once a second. @returns whether it has been silent for longer than is healthy */
  isHung(hangTimeoutMs: number): boolean {
    const boundMs = this.hasListened ? hangTimeoutMs : Math.max(hangTimeoutMs, START_TIMEOUT_MS);
    return ++this.missed * ALIVE_MS >= boundMs;
  }

  kill(): void {
    this.worker.process.kill('SIGKILL');
  }
}

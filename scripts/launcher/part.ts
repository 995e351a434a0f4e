import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError } from '#scripts/launcher/launcher-error';
import type { OutliveMessage } from '#scripts/launcher/on-orphaned';
import { readTail } from '#scripts/launcher/read-tail';

export type PartName = 'redis' | 'local-aws' | 'worker' | 'api';

export interface PartPlan {
  readonly name: PartName;
  /** Arguments of `node`, beginning with one of scripts/run-*.ts. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** For the terminal: what it is and where. */
  readonly description: string;
  /** Resolves undefined when the part serves; what it resolves or rejects with until then is shown if it never does. */
  readonly whyNotReady: (signal: AbortSignal) => Promise<string | undefined>;
  /** How long a stop may take before it is forced. */
  readonly stopTimeoutMs: number;
}

const PROBE_EVERY_MS = 100;
const PROBE_TIMEOUT_MS = 2000;

/** One process of the system: started, asked whether it is ready, stopped. */
export class Part {
  readonly plan: PartPlan;
  readonly logFile: string;
  /** How it ended, in words; never rejects. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private end: string | undefined;
  private stopping = false;

  constructor(plan: PartPlan, root: string, logFile: string) {
    this.plan = plan;
    this.logFile = logFile;
    // The file itself and no pipe: what a part says last is kept even when the launcher is gone.
    const log = openSync(logFile, 'a');
    this.child = spawn(process.execPath, plan.command, {
      cwd: root,
      env: plan.environment,
      stdio: ['ignore', log, log, 'ipc'],
      // A group of its own: Ctrl-C on the terminal must not reach a part before its turn.
      detached: process.platform !== 'win32',
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const settle = (end: string): void => {
        this.end = end;
        resolve(end);
      };
      this.child.once('error', (error) => settle(`could not be started: ${error.message}`));
      this.child.once('exit', (code, signal) =>
        settle(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
      );
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.end === undefined;
  }

  /** Whether its end was asked for. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** @throws LauncherError with the end of the log when the part ends or is not ready in time. */
  async waitUntilReady(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const giveUpAt = Date.now() + timeoutMs;
    for (;;) {
      const reason = await this.probe(signal);
      signal.throwIfAborted();
      if (this.end !== undefined) throw this.failure(this.end);
      if (reason === undefined) return;
      if (Date.now() > giveUpAt) throw this.failure(`was not ready after ${timeoutMs / 1000} s: ${reason}`);
      await Promise.race([delay(PROBE_EVERY_MS), this.ended]);
    }
  }

  /** What the terminal shows of a part that failed. */
  failure(how: string): LauncherError {
    const tail = readTail(this.logFile);
    return new LauncherError(`${this.plan.name} ${how}. The end of ${this.logFile}:\n${tail}`);
  }

  /** Keeps this part up until these processes are gone, should the launcher die. */
  outlive(pids: readonly number[]): void {
    const message: OutliveMessage = { outlive: pids };
    if (this.child.connected) this.child.send(message);
  }

  async stop(): Promise<void> {
    if (this.end !== undefined) return;
    this.stopping = true;
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.signalGroup('SIGKILL'), this.plan.stopTimeoutMs);
    await this.ended;
    clearTimeout(force);
  }

  /** Reaches the programs that the part has started as well. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.end !== undefined || this.child.pid === undefined) return;
    if (process.platform === 'win32') this.child.kill(signal);
    else process.kill(-this.child.pid, signal);
  }

  private async probe(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.plan.whyNotReady(AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** The log of the start before stays readable beside the new one. */
export function turnLog(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, logFile.replace(/\.log$/, '.previous.log'));
}

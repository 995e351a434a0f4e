import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const TIMEOUT_MS = 20_000;

/** A command whose output is watched. */
export class RunningCommand {
  output = '';
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], options: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv }) {
    this.child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
    );
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the command was not started');
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until the output holds the text. */
  async says(text: string): Promise<void> {
    await until(
      () => this.output.includes(text),
      () => `'${text}' was never said, but:\n${this.output}`,
    );
  }
}

/** Looks again and again until it holds. @throws Error with what `describe` tells when it never does */
export async function until(holds: () => boolean | Promise<boolean>, describe: () => string): Promise<void> {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(describe());
    await delay(POLL_MS);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '#scripts/testing/running-command';
import { cleanEnvironment } from '../../setup/test-environment.js';

export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const SCRIPT = join(ROOT, 'scripts', 'sluice.mjs');

export interface SluiceEnd {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user runs it, in a process of its own. */
export class SluiceCommand {
  stdout = '';
  stderr = '';
  readonly ended: Promise<SluiceEnd>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], options: { readonly folder: string; readonly environment?: NodeJS.ProcessEnv }) {
    this.child = spawn(process.execPath, [SCRIPT, ...args], {
      cwd: options.folder,
      env: { ...cleanEnvironment(), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) =>
        resolve({ code: code ?? signal ?? 'unknown', stdout: this.stdout, stderr: this.stderr }),
      ),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until it has told so on standard error. */
  async says(text: string): Promise<void> {
    await until(
      () => this.stderr.includes(text),
      () => `'${text}' was never said, but:\n${this.stderr}`,
    );
  }
}

/** Any other program in its place. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly folder: string; readonly environment: NodeJS.ProcessEnv },
): Promise<SluiceEnd> {
  const child = spawn(program, args, {
    cwd: options.folder,
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (end.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (end.stderr += text));
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return { code, ...end };
}

/** The examples of a command's help, as arguments. */
export function examplesOf(help: string): string[][] {
  const [, examples = ''] = help.split('Examples:\n');
  return examples
    .split('\n')
    .filter((line) => line.startsWith('  npx sluice '))
    .map((line) => line.trim().split(' ').slice(2));
}

/** What a command printed with `--json`, or a file of rows. */
export function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

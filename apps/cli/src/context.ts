import type { Writable } from 'node:stream';
import { EXIT_CODES } from './exit-codes.js';
import { Failure } from './failure.js';
import type { Interruption } from './interruption.js';
import { Api } from './server/api.js';
import { findServer } from './server/find-server.js';
import type { Reporter } from './terminal/reporter.js';

/** What every command takes beside its own options. */
export interface ServerOptions {
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** Seconds. */
  readonly retryFor: number;
  readonly json?: boolean;
}

/** What the process gives to the commands. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the clone. */
  readonly root: string;
  readonly stdout: Writable;
  readonly reporter: Reporter;
  readonly interruption: Interruption;
}

/** What a command works with. */
export interface CommandContext extends Surroundings {
  readonly api: Api;
  readonly json: boolean;
  /** A line of the command's result. */
  readonly print: (line: string) => void;
}

/** Opens the server for a command and closes it behind it. @returns the command's exit code */
export async function withServer(
  surroundings: Surroundings,
  options: ServerOptions,
  work: (context: CommandContext) => Promise<number>,
): Promise<number> {
  const { environment, root, reporter, stdout, interruption } = surroundings;
  const place = await findServer({ options, environment, root, say: (text) => reporter.say(text) });
  const { signal } = interruption;
  const api = new Api({ ...place, patienceMs: options.retryFor * 1000, reporter, signal });
  const print = (line: string): void => void stdout.write(`${line}\n`);
  try {
    return await work({ ...surroundings, api, json: options.json === true, print });
  } finally {
    reporter.endProgress();
    await api.close();
  }
}

/** One stream cannot hold both. @throws Failure */
export function checkOneOutput(json: boolean, ...targets: readonly (string | undefined)[]): void {
  const onStdout = targets.filter((target) => target === '-').length + (json ? 1 : 0);
  if (onStdout > 1)
    throw new Failure('Standard output takes one thing: --json, or one of the files.', EXIT_CODES.usage);
}

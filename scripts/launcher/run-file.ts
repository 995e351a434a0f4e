import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `run.json` in the home folder: where the running system is, for tools that start nothing themselves. */
export interface RunFile {
  /** Of the launcher. */
  readonly pid: number;
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** Control route of the local AWS stand-in, absent with the real AWS. */
  readonly controlUrl?: string;
  readonly startedAt: string;
}

const NAME = 'run.json';

export async function writeRunFile(home: string, run: RunFile): Promise<void> {
  const unfinished = join(home, `${NAME}.${process.pid}`);
  await writeFile(unfinished, `${JSON.stringify(run, undefined, 2)}\n`);
  await rename(unfinished, join(home, NAME));
}

/** Undefined when there is none; one left by a crash names a process that is gone. */
export async function readRunFile(home: string): Promise<RunFile | undefined> {
  try {
    return JSON.parse(await readFile(join(home, NAME), 'utf8')) as RunFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function removeRunFile(home: string): Promise<void> {
  await rm(join(home, NAME), { force: true });
}

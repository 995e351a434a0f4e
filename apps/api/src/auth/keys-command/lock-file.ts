import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KeysCommandError } from './keys-command-error.js';

const WAIT_MS = 10_000;
const POLL_MS = 25;

/**
 * Holds a file that only one process can make. One whose process is gone is taken away.
 *
 * @returns what lets it go.
 * @throws KeysCommandError when another process does not let go of it.
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  const giveUpAtMs = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (await isAbandoned(path)) await rm(path, { force: true });
      else if (Date.now() > giveUpAtMs)
        throw new KeysCommandError(`Another process is changing the keys. If there is none, remove ${path}.`, {
          cause: error,
        });
      await wait(POLL_MS);
    }
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const owner = Number(await readFile(path, 'utf8'));
    if (!Number.isInteger(owner) || owner <= 0) return false;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

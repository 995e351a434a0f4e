import { randomBytes } from 'node:crypto';
import { access, chmod, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LauncherError } from '#scripts/launcher/launcher-error';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** @throws LauncherError when the folder cannot be made or written. */
export async function openHome(home: string): Promise<void> {
  try {
    for (const folder of ['.', 'logs', 'redis', 'aws']) {
      const path = join(home, folder);
      await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
      await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new LauncherError(
      `${path ?? home} cannot be written (${code}). Give yourself write permission, or name another folder: SLUICE_HOME=<folder> npm start`,
      { cause: error },
    );
  }
}

/** A random text that is made at the first start and kept, readable for its owner alone. */
export async function keepSecret(home: string, name: string, prefix: string): Promise<string> {
  const path = join(home, name);
  const kept = await readIfThere(path);
  if (kept !== '') {
    await chmod(path, OWNER_ONLY);
    return kept;
  }
  const secret = `${prefix}${randomBytes(24).toString('hex')}`;
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, `${secret}\n`, { mode: OWNER_ONLY });
  await rename(unfinished, path);
  return secret;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new LauncherError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

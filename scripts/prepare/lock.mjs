import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './prepare-error.mjs';
import { startProgress } from './progress.mjs';

const HEARTBEAT_MS = 1000;
/** A holder that has not touched its lock for so long is gone, even if another process has its number by now. */
const STALE_MS = 15_000;
const LOOK_EVERY_MS = 200;

/**
 * One process at a time prepares a clone; others wait for it.
 *
 * @param {string} root folder of the clone
 * @returns {Promise<() => void>} gives the lock back
 */
export async function acquireLock(root) {
  const path = join(root, '.sluice', 'prepare.lock');
  create(() => mkdirSync(join(root, '.sluice'), { recursive: true }), root);
  let progress;
  while (!create(() => writeFileSync(path, String(process.pid), { flag: 'wx' }), root)) {
    if (isStale(path)) takeAway(path);
    else progress ??= startProgress('Waiting for another npm command that prepares this folder');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  progress?.end(true);
  const heartbeat = setInterval(() => utimesSync(path, new Date(), new Date()), HEARTBEAT_MS);
  return () => {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  };
}

/** False when it is there already. */
function create(action, root) {
  try {
    action();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new PrepareError(
      `${root} cannot be written (${error.code}). Give yourself write permission or clone elsewhere.`,
    );
  }
}

function isStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) return true;
    const holder = Number(readFileSync(path, 'utf8'));
    return holder > 0 && !isAlive(holder);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renamed first: of two that find the same stale lock, one gets it and the other looks again. */
function takeAway(path) {
  const grave = `${path}.${process.pid}`;
  try {
    renameSync(path, grave);
    rmSync(grave, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

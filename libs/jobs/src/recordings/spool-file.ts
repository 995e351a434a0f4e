import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** A stream as a file of this machine for as long as somebody needs to seek in it. */
export interface SpooledFile extends AsyncDisposable {
  readonly path: string;
}

/** A write is a trip to another thread. */
const WRITE_BYTES = 1_048_576;
/** With the id of the process that needs it, so that others know when nobody does any more. */
const PREFIX = 'sluice-recording-';

/** Nothing of it is left once it is disposed of, nor when it fails. */
export async function spoolFile(pieces: AsyncIterable<Buffer>): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'recording');
  try {
    await writeFile(path, pieces);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}

async function writeFile(path: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  const memory = Buffer.allocUnsafeSlow(WRITE_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const copied = piece.copy(memory, filled, at);
      at += copied;
      filled += copied;
      if (filled < memory.length) continue;
      await writeWhole(file, memory);
      filled = 0;
    }
  }
  await writeWhole(file, memory.subarray(0, filled));
}

/** At the file's end. Node's own `appendFile` does it in smaller pieces, which costs twice the CPU. */
async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}

/**
 * Removes the files of processes that were killed. For a process that has spooled nothing yet: what bears its own id is
 * another's from before, as in a container every process has the same.
 *
 * @returns how many there were.
 */
export async function removeAbandonedSpools(): Promise<number> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX) && !isInUse(name));
  await Promise.all(names.map(async (name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
  return names.length;
}

function isInUse(name: string): boolean {
  const owner = Number(name.slice(PREFIX.length).split('-')[0]);
  if (owner === process.pid || !Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // A process of another user is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

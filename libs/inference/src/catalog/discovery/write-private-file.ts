import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Swaps a file's content whole, readable by its owner alone: whoever reads meanwhile, or after a crash, finds old or new. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Several processes may share one path.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  // A draft that a crash left behind keeps the mode it had.
  await chmod(draft, 0o600);
  await rename(draft, path);
}

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

/** A stream as a file of this machine for as long as somebody needs to seek in it. */
export interface SpooledFile extends AsyncDisposable {
  readonly path: string;
}

/** Nothing of it is left once it is disposed of, nor when it fails. */
export async function spoolFile(body: Readable, signal: AbortSignal): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-recording-'));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'recording');
  try {
    await pipeline(body, createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}

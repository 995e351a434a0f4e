import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Hashed in a millisecond or two, also where the processor has no instructions for it. */
export const SLICE_BYTES = 1024 * 1024;

/** SHA-256 in hexadecimal digits. 25 MB at once would keep every other call waiting for tens of milliseconds. */
export async function hashInSlices(bytes: Buffer): Promise<string> {
  const digest = createHash('sha256');
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (at > 0) await nextTurn();
    digest.update(bytes.subarray(at, at + SLICE_BYTES));
  }
  return digest.digest('hex');
}

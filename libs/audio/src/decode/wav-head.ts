import { open } from 'node:fs/promises';

const HEAD_BYTES = 65_536;
const FIRST_CHUNK = 12;
const CHUNK_HEADER_BYTES = 8;
/** Recorders that cannot seek leave the length at nothing, or at its largest value. */
const UNKNOWN_LENGTHS = new Set([0, 0xffff_ffff, 0x7fff_ffff]);

/** Whether a WAV file ends before its samples do. FFmpeg takes what is there without a word. */
export async function isCutWav(file: string): Promise<boolean> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
  await handle.read(head, 0, head.length, 0);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return false;
  for (let at = FIRST_CHUNK; at + CHUNK_HEADER_BYTES <= head.length;) {
    const length = head.readUInt32LE(at + 4);
    const content = at + CHUNK_HEADER_BYTES;
    if (head.toString('latin1', at, at + 4) === 'data') {
      return !UNKNOWN_LENGTHS.has(length) && content + length > size;
    }
    // Chunks begin at even places.
    at = content + length + (length % 2);
  }
  return false;
}

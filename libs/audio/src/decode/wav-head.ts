/** Bytes of a recording's beginning that tell what it is. */
export const HEAD_BYTES = 65_536;

const FIRST_CHUNK = 12;
const CHUNK_HEADER_BYTES = 8;
/** Recorders that cannot seek leave the length at nothing, or at its largest value. */
const UNKNOWN_LENGTHS = new Set([0, 0xffff_ffff, 0x7fff_ffff]);

/** Whether it is WAV, or RF64, as WAV is called beyond 4 GiB: neither keeps anything at its end that its samples need. */
export function isWav(head: Buffer): boolean {
  const container = head.toString('latin1', 0, 4);
  return (container === 'RIFF' || container === 'RF64') && head.toString('latin1', 8, FIRST_CHUNK) === 'WAVE';
}

/**
 * Whether a WAV file ends before its samples do. FFmpeg takes what is there without a word.
 *
 * @param size of the whole file, in bytes.
 */
export function isCutWav(head: Buffer, size: number): boolean {
  if (!isWav(head) || head.toString('latin1', 0, 4) !== 'RIFF') return false;
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

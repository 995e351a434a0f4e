const CHUNK_HEADER_BYTES = 8;
const FIRST_CHUNK = 12;
const FORMAT_BYTES = 16;

/** Seconds that a WAV file says it lasts, bounded by the bytes that are there; `undefined` for everything else. */
export function wavDurationSeconds(bytes: Buffer): number | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let bytesPerSecond = 0;
  for (let at = FIRST_CHUNK; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = at + CHUNK_HEADER_BYTES;
    if (name === 'fmt ' && content + FORMAT_BYTES <= bytes.length) bytesPerSecond = bytes.readUInt32LE(content + 8);
    if (name === 'data') {
      // Recorders that cannot seek leave the length at nothing, or at its largest value.
      const present = Math.min(length === 0 ? Infinity : length, bytes.length - content);
      return bytesPerSecond === 0 ? undefined : present / bytesPerSecond;
    }
    // Chunks begin at even places.
    at = content + length + (length % 2);
  }
  return undefined;
}

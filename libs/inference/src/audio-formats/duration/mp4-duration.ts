const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;

interface Box {
  readonly name: string;
  readonly content: number;
  readonly end: number;
}

/** Seconds of an MP4 or M4A file; `undefined` for others, and for those in fragments, which do not say. */
export function mp4DurationSeconds(bytes: Buffer): number | undefined {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const movie = [...boxes(bytes, 0, bytes.length)].find(({ name }) => name === 'moov');
  if (movie === undefined) return undefined;
  const inside = [...boxes(bytes, movie.content, movie.end)];
  const header = inside.find(({ name }) => name === 'mvhd');
  if (header === undefined || inside.some(({ name }) => name === 'mvex')) return undefined;
  return readHeader(bytes.subarray(header.content, header.end));
}

function readHeader(header: Buffer): number | undefined {
  const isLong = header[0] === 1;
  if (header.length < (isLong ? 32 : 20)) return undefined;
  const unitsPerSecond = header.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return unitsPerSecond === 0 || units === 0 ? undefined : units / unitsPerSecond;
}

function* boxes(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let at = from; at + HEADER_BYTES <= to;) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    const short = bytes.readUInt32BE(at);
    if (short === 1 && at + LARGE_HEADER_BYTES > to) return;
    const size = short === 0 ? to - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < HEADER_BYTES || at + size > to) return;
    yield { name, content: at + (short === 1 ? LARGE_HEADER_BYTES : HEADER_BYTES), end: at + size };
    at += size;
  }
}

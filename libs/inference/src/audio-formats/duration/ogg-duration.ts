const PAGE_HEADER_BYTES = 27;
const OPUS_RATE_HZ = 48_000;
/** Of a page in which no packet ends. */
const NO_PLACE = 0xffff_ffff_ffff_ffffn;

/** Seconds of an Ogg file with one stream of Opus or Vorbis; `undefined` for others, and for what is cut off. */
export function oggDurationSeconds(bytes: Buffer): number | undefined {
  const rate = readRate(bytes);
  if (rate === undefined) return undefined;
  const stream = bytes.readUInt32LE(14);
  let last = 0n;
  let at = 0;
  while (at + PAGE_HEADER_BYTES <= bytes.length && isPage(bytes, at)) {
    if (bytes.readUInt32LE(at + 14) !== stream) return undefined;
    const place = bytes.readBigUInt64LE(at + 6);
    if (place !== NO_PLACE && place > last) last = place;
    at = endOfPage(bytes, at);
  }
  return at === bytes.length ? Number(last) / rate : undefined;
}

function readRate(bytes: Buffer): number | undefined {
  if (bytes.length < PAGE_HEADER_BYTES || !isPage(bytes, 0)) return undefined;
  const packet = PAGE_HEADER_BYTES + bytes.readUInt8(26);
  if (bytes.toString('latin1', packet, packet + 8) === 'OpusHead') return OPUS_RATE_HZ;
  const isVorbis = bytes.toString('latin1', packet, packet + 7) === '\x01vorbis' && packet + 16 <= bytes.length;
  const rate = isVorbis ? bytes.readUInt32LE(packet + 12) : 0;
  return rate === 0 ? undefined : rate;
}

function isPage(bytes: Buffer, at: number): boolean {
  return bytes.toString('latin1', at, at + 4) === 'OggS';
}

function endOfPage(bytes: Buffer, at: number): number {
  const segments = bytes.readUInt8(at + 26);
  const content = at + PAGE_HEADER_BYTES + segments;
  let end = content;
  for (let index = at + PAGE_HEADER_BYTES; index < content; index++) end += bytes[index] ?? 0;
  return end;
}

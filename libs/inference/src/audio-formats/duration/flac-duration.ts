const RATE_AT = 18;
const HEAD_BYTES = 26;

/** Seconds of a FLAC file; `undefined` for others, and where its encoder did not know. */
export function flacDurationSeconds(bytes: Buffer): number | undefined {
  if (bytes.length < HEAD_BYTES || bytes.toString('latin1', 0, 4) !== 'fLaC') return undefined;
  // 20 bits of rate, 8 of channels and depth, 36 of samples.
  const rate = bytes.readUIntBE(RATE_AT, 3) >> 4;
  const samples = (bytes.readUInt8(RATE_AT + 3) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(RATE_AT + 4);
  return rate === 0 || samples === 0 ? undefined : samples / rate;
}

const TAG_HEADER_BYTES = 10;
const FRAME_HEADER_BYTES = 4;
/** What a frame begins with. */
const ALL_SET = 0x7ff;
const RATES_HZ = [44_100, 48_000, 32_000] as const;
/** Thousand bits a second. */
const LOW_BITRATES = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
const HIGH_BITRATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
/** MPEG 2.5, none, 2 and 1, as a frame numbers them. */
const VERSIONS = [
  { bitrates: LOW_BITRATES, rateShare: 4, samples: 576 },
  undefined,
  { bitrates: LOW_BITRATES, rateShare: 2, samples: 576 },
  { bitrates: HIGH_BITRATES, rateShare: 1, samples: 1152 },
] as const;
/** What may stand behind the last frame. */
const END_TAGS = ['TAG', 'APETAGEX', 'LYRICSBEGIN'];

/**
 * Seconds of an MP3 file, frame by frame, since its bitrate may change anywhere; `undefined` for others, and for what is not
 * frames to its end.
 */
export function mp3DurationSeconds(bytes: Buffer): number | undefined {
  let at = endOfTag(bytes);
  let seconds = 0;
  for (let frame = readFrame(bytes, at); frame !== undefined; frame = readFrame(bytes, at)) {
    seconds += frame.seconds;
    at += frame.bytes;
  }
  if (seconds === 0) return undefined;
  const hasEnded = at >= bytes.length || END_TAGS.some((tag) => bytes.toString('latin1', at, at + tag.length) === tag);
  return hasEnded ? seconds : undefined;
}

/** Of ID3, which has pictures in it at times. */
function endOfTag(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 3) !== 'ID3' || bytes.length < TAG_HEADER_BYTES) return 0;
  const length = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + (bytes.readUInt8(place) & 0x7f), 0);
  const footer = (bytes.readUInt8(5) & 0x10) === 0 ? 0 : TAG_HEADER_BYTES;
  return TAG_HEADER_BYTES + length + footer;
}

function readFrame(bytes: Buffer, at: number): { readonly bytes: number; readonly seconds: number } | undefined {
  if (at + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const header = bytes.readUInt32BE(at);
  const isLayer3 = ((header >> 17) & 3) === 1;
  const version = VERSIONS[(header >> 19) & 3];
  if (header >>> 21 !== ALL_SET || !isLayer3 || version === undefined) return undefined;
  const { bitrates, rateShare, samples } = version;
  const bitrate = bitrates[(header >> 12) & 15] ?? 0;
  const rate = (RATES_HZ[(header >> 10) & 3] ?? 0) / rateShare;
  if (bitrate === 0 || rate === 0) return undefined;
  const padding = (header >> 9) & 1;
  return { bytes: Math.floor((samples * bitrate * 125) / rate) + padding, seconds: samples / rate };
}

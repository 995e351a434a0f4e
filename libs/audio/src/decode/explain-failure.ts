import { BYTES_PER_SAMPLE, toSeconds } from '../pcm/pcm-format.js';

export interface DecoderEnd {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to its error output, errors marked as FFmpeg's `level+` marks them. */
  readonly words: string;
  /** How much it had decoded. */
  readonly bytes: number;
}

/** FFmpeg's words for a file that ends before its contents do. Then it decodes what there is, and exits with 0. */
const CUT_OFF = /partial file|truncat|moov atom not found|ended prematurely/i;
const NO_AUDIO = /matches no streams|does not contain any stream|no audio/i;
/** What a decoder only tells: of the file, its tags among it, whose further lines are indented. */
const TOLD = /^(?:(?:\[[^\]]+ @ [^\]]+\] )*\[info\]|\s)/;
/** A damaged frame or two in hours are heard by nobody; a file full of them is no recording. */
const MAX_FAULTS = 20;
/** The format that says how long its sound is. Others guess, or speak of their pictures. */
const TRUE_TO_LENGTH = /^Input #0, flac,/m;
const DURATION = /Duration: (\d+):(\d\d):(\d\d\.\d+)/;
const LENGTH_TOLERANCE_SECONDS = 0.5;

/** Why what was decoded is not the recording, in words for its sender; `undefined` where it is. */
export function explainFailure({ code, words, bytes }: DecoderEnd): string | undefined {
  const faults = words.split(/[\r\n]+/).filter((line) => !TOLD.test(line));
  const has = (fault: RegExp): boolean => faults.some((line) => fault.test(line));
  if (has(NO_AUDIO)) return 'it holds no audio track.';
  if (code !== 0) return bytes > 0 ? 'it is damaged.' : 'it is no recording, or one that is damaged.';
  const seconds = toSeconds(bytes / BYTES_PER_SAMPLE);
  if (has(CUT_OFF) || seconds < declaredSeconds(words) - LENGTH_TOLERANCE_SECONDS) {
    return 'it is cut off before its end.';
  }
  if (bytes === 0) return 'it holds no sound at all.';
  return faults.filter((line) => line.includes('[error]')).length > MAX_FAULTS
    ? 'it is damaged in many places.'
    : undefined;
}

function declaredSeconds(words: string): number {
  const duration = TRUE_TO_LENGTH.test(words.replaceAll(/^\[info\] /gm, '')) ? DURATION.exec(words) : null;
  return duration === null ? 0 : Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3]);
}

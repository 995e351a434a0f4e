export {
  AudioDecoder,
  type DecodeRequest,
  type RecordingFile,
  type RecordingStream,
} from './decode/audio-decoder.port.js';
export { chooseDecoder } from './decode/choose-decoder.js';
export { HEAD_BYTES, isWav } from './decode/wav-head.js';
export { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, toSamples, toSeconds } from './pcm/pcm-format.js';
export { WAV_HEADER_BYTES, wrapWav, writeWavHeader } from './pcm/wrap-wav.js';
export { cutPieces, type Piece, type PieceLimits } from './pieces/cut-pieces.js';
export { findSpeech, type SampleSpan } from './silence/find-speech.js';
export { FrameLevels } from './silence/frame-levels.js';
export { stitchPieces, type StitchInput } from './stitch/stitch-pieces.js';
export type { Doubt, PieceTranscript, StitchedTranscript, TimedSegment, TimedWord } from './stitch/transcript.types.js';

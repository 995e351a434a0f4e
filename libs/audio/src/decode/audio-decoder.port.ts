/** Path of a local file: formats with their index at the end must be able to seek. */
export interface RecordingFile {
  readonly file: string;
}

/** A recording that is read once, from front to back, as it comes; for WAV alone. */
export interface RecordingStream {
  /** All bytes. The memory of a piece is its owner's again once the next one is asked for. */
  readonly bytes: AsyncIterable<Buffer>;
  /** The first of these bytes, `HEAD_BYTES` where there are as many. */
  readonly head: Buffer;
  /** How many bytes there are. */
  readonly size: number;
}

export interface DecodeRequest {
  readonly source: RecordingFile | RecordingStream;
  /** Longest recording that is taken, in seconds; what goes beyond is refused, not cut. */
  readonly maxSeconds: number;
  /** Milliseconds after which decoding is given up, however it goes; for what a stream is waited for as many besides. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Turns a recording of any container and codec into samples as `pcm-format.ts` says: the first audio track, mixed down.
 * It works in a process apart, so that a file that breaks a codec breaks nothing else.
 */
export abstract class AudioDecoder {
  /**
   * Samples as they are decoded, cut anywhere. Nothing is left behind once iteration has ended, however it ended; a stream
   * that is still being waited for then is its owner's to end.
   *
   * @throws GatewayError `invalid_value` for what is empty, no audio, damaged or too long; `internal_error` when the
   * decoder itself cannot be run; `storage_unavailable` for a stream that takes too long; what a stream throws; the
   * signal's reason once it is aborted.
   */
  abstract decode(request: DecodeRequest): AsyncIterable<Buffer>;
}

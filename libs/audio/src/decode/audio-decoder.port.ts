export interface DecodeRequest {
  /** Path of a local file: formats with their index at the end must be able to seek. */
  readonly file: string;
  /** Longest recording that is taken, in seconds; what goes beyond is refused, not cut. */
  readonly maxSeconds: number;
  /** Milliseconds after which decoding is given up, however it goes. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Turns a recording of any container and codec into samples as `pcm-format.ts` says: the first audio track, mixed down.
 * It works in a process apart, so that a file that breaks a codec breaks nothing else.
 */
export abstract class AudioDecoder {
  /**
   * Samples as they are decoded, cut anywhere. Nothing is left behind once iteration has ended, however it ended.
   *
   * @throws GatewayError `invalid_value` for what is empty, no audio, damaged or too long; `internal_error` when the
   * decoder itself cannot be run; the signal's reason once it is aborted.
   */
  abstract decode(request: DecodeRequest): AsyncIterable<Buffer>;
}

import type { ModelTimes } from './model-times.js';

const DONE_FRAME = Buffer.from('data: [DONE]\n\n');
/** The stream's own sign of life; the model has said nothing. */
const EMPTY_DELTA = Buffer.from('"delta":{},"finish_reason":null');
/** Signs of life come after seconds of silence, so a frame that follows closely needs no look inside. */
const CLOSE_MS = 1000;

/** Times the events of one streamed answer, as its reader is sent them. */
export class TokenClock {
  private lastAtMs: number | undefined;

  constructor(
    private readonly times: ModelTimes,
    /** By `performance.now()`: when the request's head was read. */
    private readonly startedAtMs: number,
  ) {}

  sent(frame: Buffer): void {
    if (frame.length === DONE_FRAME.length && frame.equals(DONE_FRAME)) return;
    const nowMs = performance.now();
    const sinceMs = nowMs - (this.lastAtMs ?? this.startedAtMs);
    if ((this.lastAtMs === undefined || sinceMs > CLOSE_MS) && frame.includes(EMPTY_DELTA)) return;
    const series = this.lastAtMs === undefined ? this.times.firstToken : this.times.betweenTokens;
    series.observe(sinceMs / 1000);
    this.lastAtMs = nowMs;
  }
}

import type { GpuCall, GpuClock, GpuModel, Jitter } from './gpu-model.port.js';
import type { EncodeShape } from './gpu-shapes.js';

/** All inputs of one call. */
export interface EncodeWork {
  readonly tokens: number;
}

/** One batch at a time, in the order of arrival; a call is never joined with another, and a long one takes several batches. */
export class EncodeModel implements GpuModel<EncodeWork> {
  private readonly shape: EncodeShape;
  private readonly clock: GpuClock;
  private readonly jitter: Jitter;
  private readonly waiting: GpuCall<EncodeWork>[] = [];
  private isBusy = false;

  constructor(shape: EncodeShape, clock: GpuClock, jitter: Jitter) {
    this.shape = shape;
    this.clock = clock;
    this.jitter = jitter;
  }

  take(call: GpuCall<EncodeWork>): void {
    this.waiting.push(call);
    if (!this.isBusy) this.next(this.clock.nowMs());
  }

  private next(nowMs: number): void {
    const call = this.waiting.shift();
    this.isBusy = call !== undefined;
    if (call !== undefined) this.runBatch(call, call.work.tokens, nowMs);
  }

  private runBatch(call: GpuCall<EncodeWork>, tokensLeft: number, nowMs: number): void {
    const { callBaseMs, tokensPerMs, maxBatchTokens, abortFreesSlot } = this.shape;
    if (call.isAborted && abortFreesSlot === true) {
      call.onEnd();
      this.next(nowMs);
      return;
    }
    const batchTokens = Math.min(tokensLeft, maxBatchTokens);
    const thenMs = nowMs + this.jitter(callBaseMs + batchTokens / tokensPerMs);
    this.clock.at(thenMs, () => {
      if (tokensLeft > batchTokens) {
        this.runBatch(call, tokensLeft - batchTokens, thenMs);
        return;
      }
      call.onEnd();
      this.next(thenMs);
    });
  }
}

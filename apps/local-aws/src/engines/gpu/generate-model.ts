import type { GpuCall, GpuClock, GpuModel, Jitter } from './gpu-model.port.js';
import type { GenerateShape } from './gpu-shapes.js';

/** Tokens of one answer; several choices of a call count as one sequence. */
export interface GenerateWork {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

interface Sequence {
  readonly call: GpuCall<GenerateWork>;
  left: number;
}

/**
 * Continuous batching: all running sequences get one token a step. Between two steps at most one waiting prompt is
 * prefilled, so that a crowd that arrives slows the running ones down and does not stop them.
 */
export class GenerateModel implements GpuModel<GenerateWork> {
  private readonly shape: GenerateShape;
  private readonly clock: GpuClock;
  private readonly jitter: Jitter;
  private waiting: GpuCall<GenerateWork>[] = [];
  private running: Sequence[] = [];
  private isBusy = false;

  constructor(shape: GenerateShape, clock: GpuClock, jitter: Jitter) {
    this.shape = shape;
    this.clock = clock;
    this.jitter = jitter;
  }

  take(call: GpuCall<GenerateWork>): void {
    this.waiting.push(call);
    if (!this.isBusy) this.betweenSteps(this.clock.nowMs());
  }

  private betweenSteps(nowMs: number): void {
    this.isBusy = true;
    this.letGo();
    const next = this.running.length < this.shape.maxRunning ? this.waiting.shift() : undefined;
    if (next === undefined) {
      this.step(nowMs);
      return;
    }
    const prefillMs = this.jitter(next.work.promptTokens / this.shape.prefillTokensPerMs);
    this.after(nowMs, prefillMs, (thenMs) => {
      this.running.push({ call: next, left: next.work.outputTokens });
      this.letGo();
      this.step(thenMs);
    });
  }

  private step(nowMs: number): void {
    this.isBusy = this.running.length > 0;
    if (!this.isBusy) {
      // What arrived with a prompt that was left alone meanwhile must not wait for the next arrival.
      if (this.waiting.length > 0) this.betweenSteps(nowMs);
      return;
    }
    const { stepBaseMs, stepPerSequenceMs } = this.shape;
    this.after(nowMs, this.jitter(stepBaseMs + stepPerSequenceMs * this.running.length), (thenMs) => {
      const advanced = this.running;
      this.running = advanced.filter((sequence) => --sequence.left > 0);
      for (const { call, left } of advanced) {
        if (left >= 0) call.onToken?.();
        if (left <= 0) call.onEnd();
      }
      this.betweenSteps(thenMs);
    });
  }

  /** Boundaries follow from each other, not from when the callback came, so that a late one does not slow the model down. */
  private after(nowMs: number, durationMs: number, callback: (thenMs: number) => void): void {
    this.isBusy = true;
    this.clock.at(nowMs + durationMs, () => callback(nowMs + durationMs));
  }

  private letGo(): void {
    if (this.shape.abortFreesSlot !== true) return;
    const left = [...this.running.map(({ call }) => call), ...this.waiting].filter((call) => call.isAborted);
    if (left.length === 0) return;
    this.running = this.running.filter(({ call }) => !call.isAborted);
    this.waiting = this.waiting.filter((call) => !call.isAborted);
    for (const call of left) call.onEnd();
  }
}

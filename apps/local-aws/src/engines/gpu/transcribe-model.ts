import type { GpuCall, GpuClock, GpuModel, Jitter } from './gpu-model.port.js';
import type { TranscribeShape } from './gpu-shapes.js';

/** One recording. */
export interface TranscribeWork {
  readonly audioSeconds: number;
}

interface Running {
  readonly call: GpuCall<TranscribeWork>;
  /** What each call costs however short it is; no neighbour slows that down. */
  baseMs: number;
  /** As long as it would take alone. */
  audioMs: number;
}

/** Less than this is left by rounding alone. */
const ROUNDING_MS = 1e-6;

/** Recordings run side by side, each of them slower by a fixed share for every neighbour that it has. */
export class TranscribeModel implements GpuModel<TranscribeWork> {
  private readonly shape: TranscribeShape;
  private readonly clock: GpuClock;
  private readonly jitter: Jitter;
  private waiting: GpuCall<TranscribeWork>[] = [];
  private running: Running[] = [];
  private seenMs = 0;
  /** Outdates the appointments that were made before the last change. */
  private change = 0;

  constructor(shape: TranscribeShape, clock: GpuClock, jitter: Jitter) {
    this.shape = shape;
    this.clock = clock;
    this.jitter = jitter;
  }

  take(call: GpuCall<TranscribeWork>): void {
    this.waiting.push(call);
    this.proceed(this.clock.nowMs());
  }

  private proceed(nowMs: number): void {
    this.advance(nowMs);
    const ended = this.running.filter((running) => this.hasEnded(running));
    this.running = this.running.filter((running) => !ended.includes(running));
    this.admit();
    this.change++;
    this.awaitNextEnd(nowMs, this.change);
    for (const { call } of ended) call.onEnd();
  }

  private advance(nowMs: number): void {
    const elapsedMs = nowMs - this.seenMs;
    const slowdown = this.slowdown();
    for (const running of this.running) {
      const onBaseMs = Math.min(running.baseMs, elapsedMs);
      running.baseMs -= onBaseMs;
      running.audioMs -= (elapsedMs - onBaseMs) / slowdown;
    }
    this.seenMs = nowMs;
  }

  private hasEnded({ call, baseMs, audioMs }: Running): boolean {
    return baseMs + audioMs <= ROUNDING_MS || (call.isAborted && this.shape.abortFreesSlot === true);
  }

  private admit(): void {
    if (this.shape.abortFreesSlot === true) {
      for (const call of this.waiting.filter(({ isAborted }) => isAborted)) call.onEnd();
      this.waiting = this.waiting.filter(({ isAborted }) => !isAborted);
    }
    while (this.running.length < this.shape.maxRunning) {
      const call = this.waiting.shift();
      if (call === undefined) return;
      const aloneMs = call.work.audioSeconds * this.shape.secondsPerAudioSecondAlone * 1000;
      this.running.push({ call, baseMs: this.jitter(this.shape.callBaseMs), audioMs: this.jitter(aloneMs) });
    }
  }

  private awaitNextEnd(nowMs: number, change: number): void {
    if (this.running.length === 0) return;
    const slowdown = this.slowdown();
    const nextMs = nowMs + Math.min(...this.running.map(({ baseMs, audioMs }) => baseMs + audioMs * slowdown));
    this.clock.at(nextMs, () => {
      if (change === this.change) this.proceed(nextMs);
    });
  }

  private slowdown(): number {
    return 1 + this.shape.slowdownPerRunning * (this.running.length - 1);
  }
}

import type { Gpu } from './create-gpu.js';
import type { EngineWork } from './engine-work.js';

/** The tokens of a stream as a GPU makes them; it does not wait for who reads them. */
export class TokenFeed {
  private readonly leave = new AbortController();
  private ready = 0;
  private hasEnded = false;
  private failure: unknown;
  private wake: () => void = () => undefined;

  constructor(gpu: Gpu, work: EngineWork, signal: AbortSignal) {
    const onToken = (): void => {
      this.ready++;
      this.wake();
    };
    const onEnd = (failure?: unknown): void => {
      this.hasEnded = true;
      this.failure = failure;
      this.wake();
    };
    gpu(work, { signal: AbortSignal.any([signal, this.leave.signal]), onToken }).then(() => onEnd(), onEnd);
  }

  /** Resolves when a token is there or none will come any more. Rejects with the signal's reason. */
  async arrived(): Promise<void> {
    while (this.ready === 0 && !this.hasEnded) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  /** Waits for a token and takes it. */
  async take(): Promise<void> {
    await this.arrived();
    this.ready = Math.max(0, this.ready - 1);
  }

  /** Tells the GPU that nobody reads on. */
  close(): void {
    this.leave.abort(new Error('the stream is not read to its end'));
  }
}

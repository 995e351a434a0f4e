import { GatewayError } from '#platform';
import { ContainerStreamDecoder, type ContainerEvent } from '../adapters/openai/container-stream-decoder.js';
import { abortReason } from '../transport/abort-reason.js';
import type { TransportStream } from '../transport/transport.port.js';
import { UpstreamFailure } from '../transport/upstream-failure.js';
import { SilenceWatch, type SilenceLimits } from './silence-watch.js';

/** Makes what the client gets of what the container sent. */
export interface FrameMaker {
  /** True once the container itself has said that its answer is complete. */
  readonly isDone: boolean;
  rewrite(event: ContainerEvent): Buffer | undefined;
  keepAlive(): Buffer;
  finish(): Buffer[];
}

export interface FrameStreamOptions {
  /** Opens the stream upstream; `signal` ends it in every phase. */
  open(signal: AbortSignal): Promise<TransportStream>;
  readonly rewriter: FrameMaker;
  readonly limits: SilenceLimits;
  /** The caller's signal. */
  readonly signal: AbortSignal;
  /** Called once, with the failure if there was one. */
  onEnd(error: unknown): void;
}

interface Waiting {
  resolve(result: IteratorResult<Buffer, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorResult<Buffer, undefined> = { done: true, value: undefined };
/** After its `[DONE]` a container has this long to end its response, so that the connection can serve again. */
const DRAIN_MS = 1_000;

/**
 * Frames for one client out of one stream upstream. Reads upstream only while the client waits for a frame, so a slow
 * reader holds no more than what lies in the connection's buffers.
 */
export class FrameStream implements AsyncIterableIterator<Buffer> {
  private readonly decoder = new ContainerStreamDecoder();
  private readonly controller = new AbortController();
  private readonly watch: SilenceWatch;
  private ready: Buffer[] = [];
  private upstream: TransportStream | undefined;
  private isPumping = false;
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;
  private waiting: Waiting | undefined;
  private onOpened: (() => void) | undefined;

  constructor(private readonly options: FrameStreamOptions) {
    this.watch = new SilenceWatch(options.limits, {
      onSilent: () => this.takeWaiting()?.resolve({ done: false, value: options.rewriter.keepAlive() }),
      onTimeout: (isFirst) => this.controller.abort(timeout(isFirst)),
    });
    if (options.signal.aborted) this.onAbort();
    else options.signal.addEventListener('abort', this.onAbort);
  }

  /** Resolves when the first frame is there or `holdMs` are over. @throws GatewayError when the stream failed before. */
  async opened(holdMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const held = new Promise<void>((resolve) => {
      this.onOpened = resolve;
      timer = setTimeout(resolve, holdMs);
    });
    void this.pump();
    await held;
    clearTimeout(timer);
    const { failure } = this;
    if (failure === undefined || this.ready.length > 0) return;
    this.failure = undefined;
    throw failure.error;
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.deliver();
      if (this.waiting !== undefined) void this.pump();
    });
  }

  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.ready = [];
    this.failure = undefined;
    if (!this.isEnded) {
      const left = new GatewayError('client_closed_request', 'The reader of the answer has left.');
      this.end(left);
      this.leaveUpstream(left);
    }
    this.takeWaiting()?.resolve(DONE);
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads upstream until there is something to hand out. */
  private async pump(): Promise<void> {
    if (this.isPumping || this.isEnded) return;
    this.isPumping = true;
    this.watch.startWaiting();
    try {
      while (this.ready.length === 0 && !this.isEnded) await this.step();
    } catch (error) {
      this.fail(error);
    }
    this.isPumping = false;
    this.watch.stopWaiting();
    this.onOpened?.();
    this.deliver();
  }

  private async step(): Promise<void> {
    this.upstream ??= await this.options.open(this.controller.signal);
    const { done, value } = await this.upstream.next();
    if (this.isEnded) return;
    this.take(done === true ? this.decoder.end() : this.decoder.push(value));
    if (done === true) this.complete();
    else if (this.options.rewriter.isDone) {
      this.complete();
      void this.drain(this.upstream);
    }
  }

  private take(events: readonly ContainerEvent[]): void {
    if (events.length === 0) return;
    this.watch.noticeEvent();
    for (const event of events) {
      const frame = this.options.rewriter.rewrite(event);
      if (frame !== undefined) this.ready.push(frame);
    }
  }

  private complete(): void {
    this.ready.push(...this.options.rewriter.finish());
    this.end(undefined);
  }

  private fail(error: unknown): void {
    if (this.isEnded) return;
    const reason = this.controller.signal.aborted ? abortReason(this.controller.signal) : error;
    this.failure = { error: reason };
    this.end(reason);
    this.leaveUpstream(reason);
  }

  /** Also where nothing is being read, and so nothing would fail: whoever counts streams in has to count them out. */
  private leaveUpstream(reason: unknown): void {
    this.controller.abort(reason);
    // The client has its answer already; how the stream takes its end no longer matters to anyone.
    this.upstream?.return?.().catch(() => undefined);
  }

  /** Lets the response end by itself, which keeps its connection, and ends it otherwise. */
  private async drain(upstream: TransportStream): Promise<void> {
    const timer = setTimeout(() => this.controller.abort(), DRAIN_MS);
    try {
      while ((await upstream.next()).done !== true);
    } catch {
      // The answer was complete; how its connection ends no longer matters to anyone.
      this.controller.abort();
    } finally {
      clearTimeout(timer);
    }
  }

  private end(error: unknown): void {
    this.isEnded = true;
    this.watch.end();
    this.options.signal.removeEventListener('abort', this.onAbort);
    this.options.onEnd(error);
  }

  private deliver(): void {
    if (this.waiting === undefined) return;
    const frame = this.ready.shift();
    if (frame !== undefined) {
      this.takeWaiting()?.resolve({ done: false, value: frame });
    } else if (this.failure !== undefined) {
      const { error } = this.failure;
      this.failure = undefined;
      this.takeWaiting()?.reject(error);
    } else if (this.isEnded) {
      this.takeWaiting()?.resolve(DONE);
    }
  }

  private takeWaiting(): Waiting | undefined {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }

  private readonly onAbort = (): void => this.controller.abort(abortReason(this.options.signal));
}

function timeout(isFirst: boolean): UpstreamFailure {
  const message = isFirst
    ? 'The model server did not begin its answer in time.'
    : 'The model server fell silent in the middle of its answer.';
  return new UpstreamFailure('upstream_timeout', message, { retry: 'never' });
}

import type { Dispatcher } from 'undici';
import { freeBytes } from '#platform';

const PARTIAL_CONTENT = 206;

export interface WantedRange {
  /** Filled from its beginning. */
  readonly target: Buffer;
  /** The object's, where only this very one will do. */
  readonly etag?: string;
  readonly signal?: AbortSignal;
}

/** One answer on undici's lowest level, copied as it comes. */
export class RangeHandler implements Dispatcher.DispatchHandler {
  /** Whether the range is there in full; never rejects. */
  readonly isFilled: Promise<boolean>;
  private readonly settle: (isFilled: boolean) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private isOver = false;
  private filled = 0;
  private copied: Buffer | undefined;

  constructor(private readonly wanted: WantedRange) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.isFilled = promise;
    this.settle = resolve;
    wanted.signal?.addEventListener('abort', this.giveUp, { once: true });
    if (wanted.signal?.aborted === true) this.giveUp();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while it waited for a connection.
    if (this.isOver) this.giveUp();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    const { target, etag } = this.wanted;
    const isWanted =
      status === PARTIAL_CONTENT &&
      Number(headers['content-length']) === target.length &&
      (etag === undefined || headers['etag'] === etag);
    if (!isWanted) this.giveUp();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.filled += chunk.copy(this.wanted.target, this.filled);
    // The parser is still in the bytes that it hands out, and done with those before.
    this.freeCopied();
    this.copied = chunk;
  }

  onResponseEnd(): void {
    this.end(this.filled === this.wanted.target.length);
  }

  onResponseError(): void {
    this.end(false);
  }

  private readonly giveUp = (): void => {
    this.end(false);
    this.controller?.abort(new Error('The range is not wanted any more, or is not what comes.'));
  };

  private end(isFilled: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.wanted.signal?.removeEventListener('abort', this.giveUp);
    this.settle(isFilled);
  }

  private freeCopied(): void {
    if (this.copied !== undefined) freeBytes(this.copied);
  }
}

export interface HoldOptions {
  /** Milliseconds for which the first frame is waited for before anything is answered. */
  readonly holdMs: number;
  /** Milliseconds of silence after which a sign of life is sent. */
  readonly keepAliveMs: number;
  readonly keepAlive: Buffer;
}

type Next = Promise<IteratorResult<Buffer, unknown>>;

/**
 * Frames with a first one that is there, or late: until then a failure is still a failure of the call.
 *
 * @throws what the source throws before its first frame or the end of the hold.
 */
export async function holdFrames(source: AsyncIterator<Buffer>, options: HoldOptions): Promise<AsyncIterable<Buffer>> {
  const first: Next = source.next();
  await settledWithin(first, options.holdMs);
  return continueFrom(first, source, options);
}

async function* continueFrom(
  first: Next,
  source: AsyncIterator<Buffer>,
  { keepAliveMs, keepAlive }: HoldOptions,
): AsyncGenerator<Buffer> {
  let pending = first;
  try {
    for (;;) {
      while (!(await settledWithin(pending, keepAliveMs))) yield keepAlive;
      const { done, value } = await pending;
      if (done === true) return;
      yield value;
      pending = source.next();
    }
  } finally {
    // A reader that leaves early must not wait for the source, which its own signal ends.
    void Promise.allSettled([pending, source.return?.()]);
  }
}

/** Whether the promise was fulfilled in time. @throws its reason when it was rejected in time. */
async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

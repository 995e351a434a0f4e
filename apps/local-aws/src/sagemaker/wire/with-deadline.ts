/** The reason with which a call is aborted that took longer than it may. */
export class DeadlineError extends Error {
  constructor(limitMs: number) {
    super(`the call took longer than ${limitMs} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * Runs work under a signal that follows another one and aborts after a time.
 * @throws DeadlineError where that time has run out, or what the work throws
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  signal.addEventListener('abort', follow, { once: true });
  const timer = Number.isFinite(limitMs)
    ? setTimeout(() => controller.abort(new DeadlineError(limitMs)), limitMs)
    : undefined;
  try {
    return await work(controller.signal);
  } catch (error) {
    // A wait that was cut short throws a general AbortError; why it was cut short is what callers go by.
    if (controller.signal.reason instanceof DeadlineError) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', follow);
  }
}

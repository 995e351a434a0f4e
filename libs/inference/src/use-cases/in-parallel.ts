/**
 * Runs `work` for every item, at most `limit` at once, and gives the results in the order of the items. The first failure
 * aborts the signal that the others were given, and is thrown.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const results = Array.from<R>({ length: items.length });
  const controller = new AbortController();
  const either = AbortSignal.any([signal, controller.signal]);
  const queue = items.entries();
  const drain = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (either.aborted) return;
      results[index] = await work(item, either);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, drain));
  } catch (error) {
    controller.abort(error);
    throw error;
  }
  signal.throwIfAborted();
  return results;
}

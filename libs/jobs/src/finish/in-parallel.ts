/** Runs `work` over all items, at most `limit` at a time. The first failure is thrown once all that had begun is over. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  let failed = false;
  const loop = async (): Promise<void> => {
    for (const item of remaining) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, loop));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

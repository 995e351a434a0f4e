/** AWS throttles control-plane calls of a whole account at a few a second; others want their share too. */
const CONCURRENCY = 4;

/** Maps in order, a few at a time. The first failure ends it: what has not begun does not begin. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results.set(index, await map(item));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

/**
 * What begins with each item, in their order; so many of the next ones are begun while one is used. Ends with the first
 * that fails.
 */
export async function* lookAhead<T, R>(
  items: Iterable<T>,
  ahead: number,
  begin: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  for (const item of items) {
    const result = begin(item);
    // Awaited in its turn; where an earlier one fails first, its own failure is of no interest.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length > ahead) yield* begun.splice(0, 1);
  }
  yield* begun;
}

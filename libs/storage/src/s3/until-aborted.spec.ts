import { describe, expect, it } from 'vitest';
import { untilAborted } from './until-aborted.js';

describe('untilAborted', () => {
  it('passes items on to the end', async () => {
    async function* source(): AsyncGenerator<number> {
      yield 1;
      yield 2;
    }
    const seen: number[] = [];
    for await (const item of untilAborted(source(), new AbortController().signal)) seen.push(item);
    expect(seen).toEqual([1, 2]);
  });

  it('ends while the source is silent, and tells the source', async () => {
    const caller = new AbortController();
    let told = false;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => {
          told = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const reading = untilAborted(source, caller.signal).next();
    const reason = new Error('left');
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(told).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { parseCatalog } from '../catalog/parse-catalog.js';
import { SMALL, withEntry } from '../testing/catalog-entries.js';
import { orderByRoom } from './order-by-room.js';

/** The names of the endpoints, with these budgets and calls in flight, in the order in which they are asked. */
function order(endpoints: Readonly<Record<string, readonly [budget: number, inFlight: number]>>, turn = 0): string {
  const targets = Object.entries(endpoints).map(
    ([name, [budget]]) => `{ kind: sagemaker, endpoint: ${name}, budget: ${budget} }`,
  );
  const text = SMALL.replace('target: { kind: sagemaker, endpoint: e }', `targets: [${targets.join(', ')}]`);
  const [entry] = parseCatalog(withEntry(text), 'test');
  return orderByRoom(entry!, ({ endpoint }) => endpoints[endpoint]![1], turn)
    .map(({ target }) => target.endpoint)
    .join('');
}

describe('orderByRoom', () => {
  it('asks the endpoint first that one call more would fill least', () => {
    expect(order({ a: [2, 0], b: [8, 2], c: [4, 0] })).toBe('cba');
    expect(order({ a: [8, 7], b: [2, 0] })).toBe('ba');
    expect(order({ a: [4, 9], b: [2, 4] })).toBe('ab');
  });

  it('takes those that are equally full in turn', () => {
    const equal = { a: [4, 1], b: [4, 1], c: [2, 0] } as const;

    expect([0, 1, 2, 3].map((turn) => order(equal, turn))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});

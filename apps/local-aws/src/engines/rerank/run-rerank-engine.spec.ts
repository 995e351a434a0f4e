import { describe, expect, it } from 'vitest';
import { testIdentity } from '../testing/ask.js';
import { runRerankEngine } from './run-rerank-engine.js';

interface Reranked {
  readonly results: readonly {
    readonly index: number;
    readonly document: { readonly text: string };
    readonly relevance_score: number;
  }[];
  readonly usage: { readonly total_tokens: number };
}

function rerank(body: Record<string, unknown>): Reranked {
  const result = runRerankEngine(body, testIdentity);
  if (result.kind !== 'complete') throw new Error('expected a whole answer');
  return result.data as Reranked;
}

const capitals = {
  query: 'What is the capital of France?',
  documents: [
    'Berlin is the capital of Germany.',
    'London is the capital of England.',
    'Paris is the capital of France.',
  ],
};

describe('the rerank engine', () => {
  it('ranks the document first that answers the query', () => {
    const { results } = rerank(capitals);
    expect(results[0]).toMatchObject({ index: 2, document: { text: 'Paris is the capital of France.' } });
    expect(results.map(({ index }) => index)).toEqual([2, 0, 1]);
    const scores = results.map((result) => result.relevance_score);
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(scores[0]).toBeGreaterThan((scores[1] ?? 1) + 0.3);
  });

  it('gives no more than top_n, and all for 0', () => {
    expect(rerank({ ...capitals, top_n: 1 }).results).toHaveLength(1);
    expect(rerank({ ...capitals, top_n: 0 }).results).toHaveLength(3);
    expect(rerank({ ...capitals, top_n: 9 }).results).toHaveLength(3);
  });

  it('takes documents as objects and counts the query with each', () => {
    const one = rerank({ query: 'a b', documents: [{ text: 'c' }] });
    expect(one.results[0]?.document.text).toBe('c');
    expect(rerank({ query: 'a b', documents: [{ text: 'c' }, 'c'] }).usage.total_tokens).toBe(
      one.usage.total_tokens * 2,
    );
  });

  it('ranks a single document, and equals in their order', () => {
    expect(rerank({ query: 'x', documents: ['x'] }).results[0]?.relevance_score).toBeGreaterThan(0.5);
    expect(rerank({ query: 'q', documents: ['m', 'm'] }).results.map(({ index }) => index)).toEqual([0, 1]);
  });

  it.each([
    { query: '', documents: ['a'] },
    { query: 'x', documents: [] },
    { query: 'x', documents: [7] },
    { query: 'x', documents: ['a'], top_n: -1 },
  ])('refuses %j', (body) => {
    expect(() => rerank(body)).toThrow(/must/);
  });
});

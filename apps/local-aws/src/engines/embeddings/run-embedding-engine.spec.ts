import { describe, expect, it } from 'vitest';
import { testIdentity } from '../testing/ask.js';
import { embedText } from './embed-text.js';
import { runEmbeddingEngine } from './run-embedding-engine.js';

interface Embeddings {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] | string }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

function embed(body: Record<string, unknown>): Embeddings {
  const result = runEmbeddingEngine(body, testIdentity, { dimensions: 1024, maxModelTokens: 100 });
  if (result.kind !== 'complete') throw new Error('expected a whole answer');
  return result.data as Embeddings;
}

function similarity(left: string, right: string, dimensions = 1024): number {
  const other = embedText(right, dimensions);
  return embedText(left, dimensions).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

describe('embeddings', () => {
  it.each([1024, 256, 64])('of texts that share words are near (%i dimensions)', (dimensions) => {
    const question = 'How do workers recover from a crash?';
    const related = similarity(
      question,
      'A crashed worker recovers because its chunks are run by other workers.',
      dimensions,
    );
    const unrelated = similarity(question, 'The baker sells bread and rolls every morning.', dimensions);
    expect(related).toBeGreaterThan(unrelated + 0.15);
    expect(similarity(question, question, dimensions)).toBeCloseTo(1, 5);
  });

  it('have unit length, whatever the text', () => {
    for (const text of ['word', '?!', ' ', 'x'.repeat(5000), '東京は日本の首都です', '🌊', 'the of and']) {
      const length = Math.hypot(...embedText(text, 1024));
      expect(length).toBeCloseTo(1, 4);
    }
  });

  it('differ between texts and are the same for the same text', () => {
    expect(embedText('one', 1024)).toEqual(embedText('one', 1024));
    expect(similarity('?', '!')).toBeLessThan(0.99);
    expect(similarity('line number 17', 'line number 18')).toBeLessThan(0.99);
  });

  it('come for a string, a list, and token ids, in the order of the input', () => {
    expect(embed({ input: 'one' }).data).toHaveLength(1);
    const { data, usage } = embed({ input: ['b', 'a', 'b'] });
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(data[0]?.embedding).toEqual(data[2]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
    expect(usage).toMatchObject({ prompt_tokens: 3, total_tokens: 3 });
    expect(embed({ input: [5, 6, 7] })).toMatchObject({ data: { length: 1 }, usage: { prompt_tokens: 3 } });
    expect(embed({ input: [[5], [6, 7]] })).toMatchObject({ data: { length: 2 }, usage: { prompt_tokens: 3 } });
  });

  it('are the same numbers as floats and as base64', () => {
    const floats = embed({ input: 'same' }).data[0]?.embedding as number[];
    const bytes = Buffer.from(String(embed({ input: 'same', encoding_format: 'base64' }).data[0]?.embedding), 'base64');
    expect(bytes).toHaveLength(4096);
    expect(floats.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(floats);
  });

  it('have as many dimensions as asked for', () => {
    expect(embed({ input: 'x', dimensions: 64 }).data[0]?.embedding).toHaveLength(64);
    expect(() => embed({ input: 'x', dimensions: 2048 })).toThrow(/dimensions must be at most 1024/);
  });

  it.each([
    {},
    { input: '' },
    { input: [] },
    { input: ['a', ''] },
    { input: [[]] },
    { input: 7 },
    { input: ['a', 7] },
    { input: [1.5] },
  ])('are refused for %j', (body) => {
    expect(() => embed(body)).toThrow(/input must/);
  });

  it('are refused for an input beyond the context window and an unknown encoding', () => {
    expect(() => embed({ input: ['ok', 'word '.repeat(200)] })).toThrow(/maximum context length is 100/);
    expect(() => embed({ input: 'x', encoding_format: 'int8' })).toThrow(/encoding_format/);
  });
});

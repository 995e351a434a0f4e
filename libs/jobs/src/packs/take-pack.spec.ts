import { describe, expect, it } from 'vitest';
import { newPackLines, seededRandom } from '../testing/index.js';
import { composePack } from './compose-pack.js';
import { halvePack, takePack } from './take-pack.js';

const ROOMY = { inputs: 1000, tokens: 1000, bytes: 10_000 };

describe('takePack', () => {
  it('takes all lines when all fit, and says that there was room', () => {
    const pack = takePack(newPackLines('"a"', '["b","c"]', '"d"'), 0, ROOMY);
    expect(pack).toMatchObject({ inputs: 4, tokens: 4, isFull: false, isRepeated: false });
    expect(pack.lines).toHaveLength(3);
  });

  it.each([
    ['inputs', { ...ROOMY, inputs: 3 }, 2],
    ['tokens', { ...ROOMY, tokens: 6 }, 2],
    ['bytes', { ...ROOMY, bytes: 60 }, 3],
  ])('ends where the %s run out', (_, budget, lines) => {
    const pack = takePack(newPackLines('["a","b"]', '"three tokens"', '"c"', '"d"'), 0, budget);
    expect(pack.lines).toHaveLength(lines);
    expect(pack.isFull).toBe(true);
  });

  it('goes on where the last one ended', () => {
    const lines = newPackLines('"a"', '"b"', '"c"');
    expect(takePack(lines, 1, ROOMY).lines.map(({ line }) => line.request)).toEqual([1, 2]);
  });

  it('gives a line that exceeds every budget a pack of its own', () => {
    const lines = newPackLines('["a","b","c"]', '"d"');
    expect(takePack(lines, 0, { inputs: 1, tokens: 1, bytes: 1 }).lines).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5])('keeps every pack of many lines within its budget (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const inputs = Array.from({ length: 300 }, () => {
      const text = JSON.stringify('wörd '.repeat(1 + Math.floor(random() * 20)));
      return random() < 0.3 ? `[${text},${text}]` : text;
    });
    const lines = newPackLines(...inputs);
    const budget = { inputs: 12, tokens: 200, bytes: 900 };
    let start = 0;
    while (start < lines.length) {
      const pack = takePack(lines, start, budget);
      start += pack.lines.length;
      if (pack.lines.length === 1) continue;
      expect(pack.inputs).toBeLessThanOrEqual(budget.inputs);
      expect(pack.tokens).toBeLessThanOrEqual(budget.tokens);
      expect(composePack(pack).bytes.length).toBeLessThanOrEqual(budget.bytes);
    }
    expect(start).toBe(lines.length);
  });
});

describe('halvePack', () => {
  it('parts the lines in their order, with sums of their own', () => {
    const pack = takePack(newPackLines('"a"', '["b","c"]', '"three tokens"'), 0, ROOMY);
    const [first, second] = halvePack(pack);
    expect(first.lines.map(({ line }) => line.request)).toEqual([0, 1]);
    expect(first).toMatchObject({ inputs: 3, tokens: 3, isRepeated: true });
    expect(second.lines.map(({ line }) => line.request)).toEqual([2]);
    expect(second).toMatchObject({ inputs: 1, tokens: 4, isRepeated: true });
    expect(second.halfOf).toBe(first.halfOf);
    expect(first.halfOf).toEqual({ halfInputs: 3, answeredHalves: 0 });
  });
});

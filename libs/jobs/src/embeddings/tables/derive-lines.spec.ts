import { describe, expect, it } from 'vitest';
import type { BatchInputError } from '#contracts';
import { deriveLines, type DeriveRules } from './derive-lines.js';
import type { TableText } from './table-text.js';

const RULES: DeriveRules = { maxLines: 10_000, maxLineBytes: 1000, maxBytes: 10_000_000 };

async function* rowsOf(rows: Iterable<TableText>): AsyncGenerator<TableText> {
  await Promise.resolve();
  yield* rows;
}

async function derive(rows: Iterable<TableText>, rules: Partial<DeriveRules> = {}) {
  const faults: BatchInputError[] = [];
  const pieces = await Array.fromAsync(deriveLines(rowsOf(rows), { ...RULES, ...rules }, faults));
  return { lines: Buffer.concat(pieces).toString(), faults };
}

function* endless(text: string): Generator<TableText> {
  for (let line = 1; ; line++) yield { line, text, id: undefined };
}

describe('deriveLines', () => {
  it('writes line, text and id, numbers with all their digits', async () => {
    const rows = [
      { line: 2, text: 'a "b"\n', id: 'x' },
      { line: 4, text: '', id: 9_007_199_254_740_993n },
      { line: 5, text: 'c', id: undefined },
    ];
    expect(await derive(rows)).toEqual({
      lines: [
        String.raw`{"line":2,"text":"a \"b\"\n","id":"x"}`,
        '{"line":4,"text":"","id":9007199254740993}',
        '{"line":5,"text":"c"}\n',
      ].join('\n'),
      faults: [],
    });
  });

  it('tells of each row that is none, and of a hundred at most', async () => {
    const fault = { code: 'invalid_csv_row', message: 'no', param: null };
    const rows = Array.from({ length: 200 }, (_, index): TableText => ({ line: index, fault }));
    const { lines, faults } = await derive([{ line: 0, text: 'a', id: undefined }, ...rows]);
    expect([lines, faults.length, faults[1]]).toEqual(['', 100, { ...fault, line: 1 }]);
  });

  it.each([
    [{ maxLines: 3 }, 'x', 'too_many_tasks', 4],
    [{ maxLineBytes: 100 }, 'é'.repeat(50), 'string_above_max_length', 1],
    [{ maxBytes: 100_000, maxLines: 1e9 }, 'x'.repeat(900), 'invalid_input_file', 144],
  ])('ends an endless table by %j', async (rules, text, code, line) => {
    const { faults } = await derive(endless(text), rules);
    expect([faults[0]?.code, faults[0]?.line]).toEqual([code, line]);
  });
});

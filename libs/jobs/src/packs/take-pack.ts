import type { Pack, PackBudget, PackLine, SplitPack } from './pack.types.js';

/**
 * The lines from `start` on that fit one call, in their order. A line that exceeds the budget by itself is a pack of its
 * own.
 */
export function takePack(lines: readonly PackLine[], start: number, budget: PackBudget): Pack {
  let { inputs, tokens, bytes } = { inputs: 0, tokens: 0, bytes: 0 };
  let end = start;
  for (; end < lines.length; end++) {
    const next = lines[end];
    if (next === undefined) break;
    // The first brings along what all have in common; its brackets make up for the commas of the others.
    const added = end === start ? next.body.bytes.length : next.inputs.elements.length;
    const isTooMuch =
      inputs + next.inputs.count > budget.inputs ||
      tokens + next.tokens > budget.tokens ||
      bytes + added + 1 > budget.bytes;
    if (isTooMuch && end > start) break;
    inputs += next.inputs.count;
    tokens += next.tokens;
    bytes += added + 1;
  }
  return { lines: lines.slice(start, end), inputs, tokens, isFull: end < lines.length, isRepeated: false };
}

/** Both halves of a failed pack of two lines or more, in order. */
export function halvePack(pack: Pack): readonly [Pack, Pack] {
  const middle = Math.ceil(pack.lines.length / 2);
  const halves = [pack.lines.slice(0, middle), pack.lines.slice(middle)] as const;
  const halfOf: SplitPack = {
    halfInputs: Math.max(...halves.map((lines) => sumOf(lines, ({ inputs }) => inputs.count))),
    answeredHalves: 0,
  };
  const toPack = (lines: readonly PackLine[]): Pack => ({
    lines,
    inputs: sumOf(lines, ({ inputs }) => inputs.count),
    tokens: sumOf(lines, ({ tokens }) => tokens),
    isFull: pack.isFull,
    isRepeated: true,
    halfOf,
  });
  return [toPack(halves[0]), toPack(halves[1])];
}

function sumOf(lines: readonly PackLine[], valueOf: (line: PackLine) => number): number {
  return lines.reduce((sum, line) => sum + valueOf(line), 0);
}

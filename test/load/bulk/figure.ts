/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured besides, in a few words. */
  readonly note: string;
  /** What the value is held against; absent for what is only reported. */
  readonly bar?: { readonly kind: 'at most' | 'at least' | 'below'; readonly value: number };
}

export function isMet({ value, bar }: Figure): boolean | undefined {
  if (bar === undefined) return undefined;
  if (bar.kind === 'at least') return value >= bar.value;
  return bar.kind === 'below' ? value < bar.value : value <= bar.value;
}

export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, note, bar } = figure;
    const met = isMet(figure);
    return [
      name,
      `${round(value)} ${unit}`,
      bar === undefined ? '' : `${bar.kind} ${bar.value}`,
      met === undefined ? '' : met ? 'pass' : 'MISS',
      note,
    ];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

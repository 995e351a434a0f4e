/** A Markdown table as one sentence a row, each cell under its column's name; any other paragraph as it is. */
export function flattenTable(paragraph: string): string {
  const [head, rule, ...rows] = paragraph.split('\n').map((line) => line.trim());
  if (head === undefined || rule === undefined || !/^\|[\s:|-]+\|$/.test(rule)) return paragraph;
  const names = cellsOf(head);
  return rows
    .map(
      (row) =>
        `${cellsOf(row)
          .map((cell, column) => `${names[column] ?? ''}: ${cell}`)
          .join('; ')}.`,
    )
    .join('\n');
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

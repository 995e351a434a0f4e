import { expect, it } from 'vitest';
import { flattenTable } from '#scripts/example/flatten-table';

it('makes a sentence of each row', () => {
  const table =
    '| what breaks | realtime |\n| --- | :-- |\n| Redis is down | nothing |\n| an api dies | its calls end |';
  expect(flattenTable(table)).toBe(
    'what breaks: Redis is down; realtime: nothing.\nwhat breaks: an api dies; realtime: its calls end.',
  );
});

it.each(['A paragraph.', 'a | b\nc | d', ''])('leaves %j alone', (text) => {
  expect(flattenTable(text)).toBe(text);
});

import { describe, expect, it } from 'vitest';
import { skimJsonArray } from './skim-json-array.js';

function elements(text: string): string[] | undefined {
  return skimJsonArray(Buffer.from(text))?.map((element) => element.toString('utf8'));
}

describe('skimJsonArray', () => {
  it.each([
    ['[]', []],
    [' [ ] ', []],
    ['[1, -2.5e3 ,null]', ['1', '-2.5e3', 'null']],
    ['["a]","b,\\"c",""]', ['"a]"', '"b,\\"c"', '""']],
    ['[[0.1,0.2],[-1]]', ['[0.1,0.2]', '[-1]']],
    ['[[[0.5],[1]],[]]', ['[[0.5],[1]]', '[]']],
    ['[{"embedding":[1,2],"t":"]}"}, {"x":{"y":[]}}]', ['{"embedding":[1,2],"t":"]}"}', '{"x":{"y":[]}}']],
  ])('cuts %s into its elements', (text, expected) => {
    expect(elements(text)).toEqual(expected);
  });

  it.each(['', '{}', '[', '[1', '[1,]', '[1 2]', '["a]', '[[1,2]', '[1]x', '[NaN]', '[[1,NaN]]', '[{"a":-Infinity}]'])(
    'finds no array in %s',
    (text) => {
      expect(elements(text)).toBeUndefined();
    },
  );
});

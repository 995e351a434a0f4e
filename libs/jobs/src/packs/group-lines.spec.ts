import { describe, expect, it } from 'vitest';
import { newBodyLine } from '../testing/index.js';
import { groupLines } from './group-lines.js';

function group(...bodies: readonly string[]) {
  const { groups, alone } = groupLines(bodies.map((body, request) => newBodyLine(body, request)));
  return {
    groups: groups.map((lines) => lines.map(({ line }) => line.request)),
    alone: alone.map(({ request }) => request),
  };
}

describe('groupLines', () => {
  it('puts together what is equal but for the input, wherever the input stands', () => {
    expect(
      group(
        '{"model":"m","input":"a"}',
        '{"model":"m","input":"b","dimensions":64}',
        '{"model":"m","input":["c","d"]}',
        '{"input":"e","model":"m"}',
        '{"model":"m","input":"f","dimensions":64}',
        '{"input":["g"],"model":"m"}',
      ),
    ).toEqual({
      groups: [
        [0, 2],
        [1, 4],
        [3, 5],
      ],
      alone: [],
    });
  });

  it.each([
    ['the name of the model', '{"model":"m","input":"a"}', '{"model":"m/dev","input":"a"}'],
    ['a user', '{"model":"m","input":"a","user":"x"}', '{"model":"m","input":"a","user":"y"}'],
    ['an encoding', '{"model":"m","input":"a"}', '{"model":"m","input":"a","encoding_format":"base64"}'],
    ['a member of the container', '{"model":"m","input":"a","truncate":true}', '{"model":"m","input":"a"}'],
    ['what surrounds the input', '{"a":"x","input":"a"}', '{"a":"x\\n","input":"a"}'],
    ['texts and tokens', '{"model":"m","input":"a"}', '{"model":"m","input":[1,2]}'],
  ])('parts lines that differ in %s', (_, one, other) => {
    expect(group(one, other)).toEqual({ groups: [[0], [1]], alone: [] });
  });

  it('takes a list of numbers for one input, and lists of them for as many', () => {
    const { groups } = groupLines([
      newBodyLine('{"input":[1,22,333]}'),
      newBodyLine('{"input":[[4],[5, 6]]}'),
      newBodyLine('{"input":[ [7] ]}'),
    ]);
    expect(groups.map((lines) => lines.map(({ inputs, tokens }) => [inputs.count, tokens]))).toEqual([
      [
        [1, 3],
        [2, 3],
        [1, 1],
      ],
    ]);
  });

  it.each([
    ['no input', '{"model":"m"}'],
    ['an empty text', '{"model":"m","input":""}'],
    ['an empty text among others', '{"model":"m","input":["a",""]}'],
    ['an empty list', '{"model":"m","input":[]}'],
    ['an empty list of tokens', '{"model":"m","input":[[1],[]]}'],
    ['an object', '{"model":"m","input":[{"text":"a"}]}'],
    ['texts and tokens in one list', '{"model":"m","input":["a",[1]]}'],
    ['a number', '{"model":"m","input":7}'],
    ['fractions', '{"model":"m","input":[1.5]}'],
    ['null', '{"model":"m","input":null}'],
    ['messages', '{"model":"m","messages":[]}'],
    ['an encoding that will be refused', '{"model":"m","input":"a","encoding_format":"int8"}'],
    ['no object', '["a"]'],
    ['a key that stands twice', '{"input":"a","input":"b"}'],
  ])('leaves a line with %s alone', (_, body) => {
    expect(group(body, body)).toEqual({ groups: [], alone: [0, 1] });
  });

  it('leaves a line with more inputs than OpenAI takes alone', () => {
    const many = JSON.stringify({ input: Array.from({ length: 2049 }, () => 'a') });
    expect(group('{"input":"a"}', many)).toMatchObject({ alone: [1] });
  });
});

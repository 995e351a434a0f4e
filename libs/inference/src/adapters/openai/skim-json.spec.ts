import { describe, expect, it } from 'vitest';
import { skimJsonObject } from './skim-json.js';

function membersOf(text: string): Record<string, unknown> | undefined {
  const skimmed = skimJsonObject(Buffer.from(text));
  if (skimmed === undefined) return undefined;
  return Object.fromEntries([...skimmed.body.members.keys()].map((key) => [key, skimmed.body.value(key)]));
}

const TEXTS = [
  '{}',
  ' { "a" : 1 , "b" : [ ] } ',
  '{"a":"\\"","b":"\\\\","c":"]}[{,:"}',
  `{"long":"${'x'.repeat(40)}\\"${'y'.repeat(40)}\\\\","after":[1]}`,
  '{"data":[{"embedding":[1.5,-2e-7,3],"index":0},{"embedding":[0.1],"index":1}],"usage":{"a":1}}',
  '{"data":[[1,2,[3,4]],[5,"]"],[6,{"a":"[7]"}]],"z":null}',
  '{"mixed":[1,"two",{"three":[3]},[[4]]],"t":true,"f":false,"n":-1.5e+3}',
  '{"\\u0061":1}',
  '{"data":[{"embedding":"AAAA/+NaN=="}],"model":"größe 🎉"}',
  '{\n  "pretty": [\n    1,\n    2\n  ],\n  "more": {\n    "x": []\n  }\n}\n',
];

describe('skimJsonObject', () => {
  it.each(TEXTS)('finds the members of %s', (text) => {
    expect(membersOf(text)).toEqual(JSON.parse(text));
  });

  it.each(TEXTS)('finds nothing in any beginning of %s', (text) => {
    const whole = text.trimEnd();
    for (let end = 0; end < whole.length; end++) expect(membersOf(whole.slice(0, end))).toBeUndefined();
  });

  it('counts the elements of top-level arrays', () => {
    const skimmed = skimJsonObject(
      Buffer.from('{"a":[],"b":[ ],"c":[1,2],"d":[[1,2],[3,4],[5]],"e":[{"x":[1,2]},{"y":",,"}]}'),
    );

    expect(Object.fromEntries(skimmed?.elements ?? [])).toEqual({ a: 0, b: 0, c: 2, d: 3, e: 2 });
  });

  it.each([
    '',
    '[]',
    '"text"',
    '{"a":1}x',
    '{"a":1,}',
    '{"a" 1}',
    '{a:1}',
    '{"a":tru}',
    '{"a":}',
    '{"data":[{"embedding":[0.1,NaN,0.2]}]}',
    '{"data":[{"embedding":[NaN]}],"x":NaN}',
    '{"data":[{"embedding":[0.1,-Infinity]}]}',
    '<html></html>',
  ])('refuses %s', (text) => {
    expect(membersOf(text)).toBeUndefined();
  });
});

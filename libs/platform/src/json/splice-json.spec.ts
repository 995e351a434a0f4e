import { describe, expect, it } from 'vitest';
import { scanJsonObject } from './scan-json.js';
import { spliceJson } from './splice-json.js';

function splice(text: string, replacements: Record<string, string>): string {
  return spliceJson(scanJsonObject(Buffer.from(text)), replacements).toString();
}

describe('spliceJson', () => {
  it('replaces one value and leaves every other byte as it came', () => {
    const text = '{ "seed" : 9007199254740993, "model":"a" ,\n"t":1.10, "x":{"model":"inner"} }';
    expect(splice(text, { model: '"b"' })).toBe(text.replace('"a"', '"b"'));
  });

  it('replaces several values, whatever their order in the body', () => {
    expect(splice('{"a":1,"b":[2],"c":3}', { c: '"C"', a: 'null', b: '{}' })).toBe('{"a":null,"b":{},"c":"C"}');
  });

  it('finds a key that is spelled with escapes', () => {
    expect(splice(String.raw`{"mod\u0065l":"a","n":1}`, { model: '"b"' })).toBe(String.raw`{"mod\u0065l":"b","n":1}`);
  });

  it('appends what is absent', () => {
    expect(splice('{"a":1 } ', { b: '2', c: '"}"' })).toBe('{"a":1 ,"b":2,"c":"}"} ');
    expect(splice(' { } ', { b: '2' })).toBe(' { "b":2} ');
  });

  it('replaces and appends at once, with closing braces in the values', () => {
    const spliced = splice('{"a":"}","z":{}}', { a: '"}}"', b: '{"c":"}"}' });
    expect(JSON.parse(spliced)).toEqual({ a: '}}', z: {}, b: { c: '}' } });
  });

  it('writes keys that need escapes as JSON', () => {
    expect(JSON.parse(splice('{}', { 'a"b\\': '1' }))).toEqual({ 'a"b\\': 1 });
  });

  it('keeps text beyond ASCII whole', () => {
    expect(splice('{"x":"é\u{1F30A}","model":"ü","y":"\u2028"}', { model: '"ß"' })).toBe(
      '{"x":"é\u{1F30A}","model":"ß","y":"\u2028"}',
    );
  });

  it('returns the bytes themselves when there is nothing to replace', () => {
    expect(splice('{"a":1}', {})).toBe('{"a":1}');
  });
});

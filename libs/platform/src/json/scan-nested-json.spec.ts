import { describe, expect, it } from 'vitest';
import { scanJsonObject, scanNestedJson } from './scan-json.js';

const nest = (text: string) => scanNestedJson(Buffer.from(text), 'body');

describe('scanNestedJson', () => {
  it('reads the outer and the inner object as two scans would', () => {
    const text = '\uFEFF {"id":"a\u00e9","body" : { "model":"m", "list":[{"body":{}}], "n":{"x":1} } ,"last":1}';
    const { outer, inner } = nest(text);
    const alone = scanJsonObject(Buffer.from(text));
    expect([...outer.members]).toEqual([...alone.members]);
    expect([...(inner?.members ?? [])]).toEqual([
      ...scanJsonObject(alone.raw('body') ?? Buffer.alloc(0)).members.entries(),
    ]);
    expect(inner?.bytes.toString()).toBe('{ "model":"m", "list":[{"body":{}}], "n":{"x":1} }');
    expect([inner?.value('model'), inner?.raw('n')?.toString()]).toEqual(['m', '{"x":1}']);
  });

  it('finds the member by its decoded key', () => {
    expect(nest(String.raw`{"b\u006fdy":{"a":1}}`).inner?.value('a')).toBe(1);
  });

  it.each(['{}', '{"body":1}', '{"body":[{"a":1}]}', '{"other":{"body":{"a":1}}}'])(
    'knows no inner object in %s',
    (text) => {
      expect(nest(text).inner).toBeUndefined();
    },
  );

  it('refuses a key that stands twice in either object, and lets it pass further down', () => {
    expect(() => nest('{"body":{"a":1,"a":2}}')).toThrow("Duplicate key 'a'");
    expect(() => nest('{"body":{"a":1},"body":{}}')).toThrow("Duplicate key 'body'");
    expect(nest('{"body":{"a":{"b":1,"b":2}}}').inner?.kind('a')).toBe('object');
  });

  it.each(['{"body":{"a":1}', '{"body":{"a":}}', '{"body":{a:1}}', '{"body":{}} x'])('refuses %s', (text) => {
    expect(() => nest(text)).toThrow('could not parse');
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() =>
      scanNestedJson(Buffer.from([...Buffer.from('{"body":{"a":"'), 0xff, ...Buffer.from('"}}')]), 'body'),
    ).toThrow('UTF-8');
  });

  it('goes as deep as the scan of the whole does', () => {
    const nested = (depth: number): string => `{"body":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    expect(() => nest(nested(254))).not.toThrow();
    expect(() => nest(nested(255))).toThrow('nested deeper');
    expect(() => scanJsonObject(Buffer.from(nested(255)))).toThrow('nested deeper');
  });
});

describe('JsonBody', () => {
  it('knows a string whatever its spelling, and nothing else for it', () => {
    const body = scanJsonObject(
      Buffer.from(String.raw`{"plain":"POST","escaped":"P\u004fST","other":"PUT!","number":4,"longer":"POSTS"}`),
    );
    expect(['plain', 'escaped', 'other', 'number', 'longer', 'none'].map((key) => body.isText(key, 'POST'))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('decodes strings with and without escapes', () => {
    const body = scanJsonObject(Buffer.from(String.raw`{"a":"\u0061\"\\","b":"gr\u00fc\ud800","c":"grün 🌊","d":""}`));
    expect(['a', 'b', 'c', 'd'].map((key) => body.value(key))).toEqual(['a"\\', 'grü\ud800', 'grün 🌊', '']);
  });
});

import { describe, expect, it } from 'vitest';
import type { ErrorReason } from '#contracts';
import { GatewayError } from '../errors/gateway-error.js';
import type { JsonBody } from './json-body.js';
import { scanJsonObject } from './scan-json.js';

function scan(text: string | Buffer): JsonBody {
  return scanJsonObject(Buffer.from(text));
}

function refusal(text: string | Buffer): ErrorReason | undefined {
  try {
    scan(text);
    return undefined;
  } catch (error) {
    if (!GatewayError.is(error)) throw error;
    return error.reason;
  }
}

describe('scanJsonObject', () => {
  it('notes kind and place of each top-level member', () => {
    const body = scan(' { "a" : "x" , "b":[1, {"c":2}],"d":{"e":null}, "f":-1.5e+3,"g":true,"h":false,"i":null } ');
    const kinds = [...body.members].map(([key, { kind }]) => [key, kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      a: 'string',
      b: 'array',
      d: 'object',
      f: 'number',
      g: 'boolean',
      h: 'boolean',
      i: 'null',
    });
    expect(body.raw('b')?.toString()).toBe('[1, {"c":2}]');
    expect(body.raw('f')?.toString()).toBe('-1.5e+3');
    expect(body.value('f')).toBe(-1500);
    expect([body.has('z'), body.kind('z'), body.value('z'), body.raw('z')]).toEqual([
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('takes what RFC 8259 takes', () => {
    const texts = [
      '{}',
      '\t\r\n {}\n',
      '{"":""}',
      '{"a":0}',
      '{"a":-0}',
      '{"a":0.0e-0}',
      '{"a":1E400}',
      '{"a":"\u2028\u007f"}',
      String.raw`{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83c\udf0a"}`,
      String.raw`{"a":"\ud800"}`,
      '{"a":[[],{},[{}]]}',
    ];
    for (const text of texts) expect([text, refusal(text)]).toEqual([text, undefined]);
  });

  it('refuses what RFC 8259 refuses', () => {
    const texts = [
      '',
      '  ',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,',
      '{"a":1,}',
      '{,}',
      '{"a" 1}',
      '{a:1}',
      "{'a':1}",
      '{"a":01}',
      '{"a":-}',
      '{"a":+1}',
      '{"a":1.}',
      '{"a":.5}',
      '{"a":1e}',
      '{"a":1e+}',
      '{"a":0x10}',
      '{"a":NaN}',
      '{"a":Infinity}',
      '{"a":tru}',
      '{"a":nulll}',
      '{"a":"\u0009"}',
      '{"a":"x}',
      String.raw`{"a":"\x"}`,
      String.raw`{"a":"\u12g4"}`,
      String.raw`{"a":"\u12"}`,
      '{"a":"\\',
      '{"a":[1,]}',
      '{"a":[1 2]}',
      '{"a":[1}',
      '{"a":{"b":1]}',
      '{"a":{"b":1,}}',
      '{"a":{1:2}}',
      '{} {}',
      '{}]',
      '{}\u00a0',
      '// c\n{}',
    ];
    for (const text of texts) expect([text, refusal(text)]).toEqual([text, 'invalid_json']);
  });

  it('refuses bytes that are no UTF-8, wherever they stand', () => {
    const broken = [
      Buffer.from([0xff]),
      Buffer.from([0xc0, 0x80]),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from([0xe2, 0x82]),
    ];
    for (const bytes of broken) {
      expect(refusal(Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')]))).toBe('invalid_json');
      expect(refusal(Buffer.concat([Buffer.from('{"'), bytes, Buffer.from('":1}')]))).toBe('invalid_json');
      expect(refusal(Buffer.concat([Buffer.from('{}'), bytes]))).toBe('invalid_json');
    }
  });

  it('refuses a whole text that is no object, and says so', () => {
    for (const text of ['[]', '"a"', '1', 'true', 'null', '[{"a":1}]']) expect(refusal(text)).toBe('invalid_type');
  });

  it('refuses a top-level key that stands twice, also when it is spelled with escapes', () => {
    expect(refusal('{"model":1,"model":2}')).toBe('duplicate_key');
    expect(refusal(String.raw`{"model":1,"mod\u0065l":2}`)).toBe('duplicate_key');
    expect(refusal(String.raw`{"\u006dodel":1,"mode\u006C":2}`)).toBe('duplicate_key');
    expect(refusal('{"__proto__":1,"__proto__":2}')).toBe('duplicate_key');
  });

  it('leaves repeated keys below the top level to the model server', () => {
    expect(refusal('{"a":{"b":1,"b":2}}')).toBeUndefined();
  });

  it('treats keys that JavaScript objects have as any other key', () => {
    const body = scan('{"__proto__":{"model":"x"},"constructor":1,"toString":2}');
    expect([body.value('constructor'), body.value('toString')]).toEqual([1, 2]);
    expect(body.value('__proto__')).toEqual({ model: 'x' });
    expect([body.has('model'), body.has('hasOwnProperty')]).toEqual([false, false]);
  });

  it('decodes a key with escapes', () => {
    expect(scan(String.raw`{"m\u006fdel":"x"}`).value('model')).toBe('x');
  });

  it('goes 256 levels deep and no deeper', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(refusal(nested(255))).toBeUndefined();
    expect(refusal(nested(256))).toBe('invalid_json');
    expect(refusal(`{"a":${'{"b":'.repeat(300)}1${'}'.repeat(300)}}`)).toBe('invalid_json');
    expect(refusal('['.repeat(1_000_000))).toBe('invalid_json');
  });

  it('passes over a byte order mark and does not keep it, since model servers choke on it', () => {
    const body = scan('\uFEFF{"a":"x"}');
    expect(body.value('a')).toBe('x');
    expect(body.bytes.toString()).toBe('{"a":"x"}');
    expect(refusal('{"a":"x"}\uFEFF')).toBe('invalid_json');
  });

  it('names the byte at fault', () => {
    expect(() => scan('{"a":1 "b":2}')).toThrow('at byte 7');
    expect(() => scan('{"a":1')).toThrow('unexpected end of the body at byte 6');
  });
});

import { describe, expect, it } from 'vitest';
import { checkRequestLine, isBlankLine } from './check-request-line.js';

const VALID = { custom_id: 'a', method: 'POST', url: '/v1/embeddings', body: { model: 'model/dev', input: 'x' } };

function check(text: string | Buffer) {
  return checkRequestLine({ bytes: Buffer.from(text), number: 7, first: 0, last: 0 }, '/v1/embeddings');
}

function faultOf(value: unknown) {
  const checked = check(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return checked.ok ? undefined : checked.error;
}

describe('checkRequestLine', () => {
  it('gives custom_id, model and the bytes of the body', () => {
    const checked = check(
      '{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{ "model":"m", "seed":9007199254740993 }}',
    );
    if (!checked.ok) throw new Error(checked.error.message);
    expect([checked.request.customId, checked.request.model]).toEqual(['a', 'm']);
    expect(checked.request.body.bytes.toString()).toBe('{ "model":"m", "seed":9007199254740993 }');
  });

  it('passes over fields it does not know', () => {
    expect(faultOf({ ...VALID, note: [1] })).toBeUndefined();
  });

  it('refuses what is no JSON object, with the number of the line', () => {
    for (const text of ['{', 'x', '[]', '"a"', '1', '{"a":1}{"b":2}', Buffer.from([0x7b, 0xff, 0x7d])]) {
      expect(faultOf(text)).toMatchObject({ code: 'invalid_json_line', param: null, line: 7 });
    }
    expect(faultOf(JSON.stringify(VALID).replace('{', '{"custom_id":"b",'))?.code).toBe('invalid_json_line');
  });

  it.each([
    [{ custom_id: undefined }, 'missing_required_parameter', 'custom_id'],
    [{ custom_id: '' }, 'missing_required_parameter', 'custom_id'],
    [{ custom_id: 7 }, 'missing_required_parameter', 'custom_id'],
    [{ custom_id: 'x'.repeat(513) }, 'string_above_max_length', 'custom_id'],
    [{ method: 'GET' }, 'invalid_method', 'method'],
    [{ method: undefined }, 'invalid_method', 'method'],
    [{ url: '/v1/chat/completions' }, 'url_mismatch', 'url'],
    [{ url: undefined }, 'url_mismatch', 'url'],
    [{ body: undefined }, 'missing_required_parameter', 'body'],
    [{ body: null }, 'missing_required_parameter', 'body'],
    [{ body: [] }, 'missing_required_parameter', 'body'],
    [{ body: '{}' }, 'missing_required_parameter', 'body'],
    [{ body: {} }, 'missing_required_parameter', 'body.model'],
    [{ body: { model: 1 } }, 'missing_required_parameter', 'body.model'],
    [{ body: { model: 'm', stream: true } }, 'invalid_value', 'body.stream'],
  ])('refuses a line with %j', (change, code, param) => {
    expect(faultOf({ ...VALID, ...change })).toMatchObject({ code, param, line: 7 });
  });

  it('takes the longest custom_id, and stream switched off', () => {
    expect(faultOf({ ...VALID, custom_id: 'x'.repeat(512) })).toBeUndefined();
    expect(faultOf({ ...VALID, body: { model: 'm', stream: false } })).toBeUndefined();
  });

  it('refuses a body with a key that stands twice, by name', () => {
    const line = JSON.stringify(VALID).replace('"model":', '"model":"other","model":');
    expect(faultOf(line)).toMatchObject({ code: 'duplicate_key', param: 'body.model' });
  });
});

describe('isBlankLine', () => {
  it('knows white space from content', () => {
    const line = (text: string) => ({ bytes: Buffer.from(text), number: 1, first: 0, last: 0 });
    expect(['', ' ', '\t \r'].map((text) => isBlankLine(line(text)))).toEqual([true, true, true]);
    expect(['a', ' 0', '\u00a0', '\0'].map((text) => isBlankLine(line(text)))).toEqual([false, false, false, false]);
  });
});

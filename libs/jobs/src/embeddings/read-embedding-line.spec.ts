import { describe, expect, it } from 'vitest';
import type { EmbeddingsOrder } from '#contracts';
import { embeddingBody, readEmbeddingLine } from './read-embedding-line.js';

const ORDER: EmbeddingsOrder = {
  model: 'bge/"dev"',
  inputFormat: 'jsonl',
  encodingFormat: 'float',
  dimensions: null,
  textField: null,
  idField: null,
};

function read(text: string | Buffer, order: Partial<EmbeddingsOrder> = {}) {
  const result = readEmbeddingLine(Buffer.from(text), { ...ORDER, ...order });
  return result.ok ? { text: result.line.text.toString(), id: result.line.id?.toString() } : result.fault;
}

describe('readEmbeddingLine', () => {
  it('takes the text and the id of an object, their bytes as they are', () => {
    expect(read(String.raw`{"id":9007199254740993,"text":"caf\u00e9 é"}`)).toEqual({
      text: String.raw`"caf\u00e9 é"`,
      id: '9007199254740993',
    });
    expect(read('{"input":"x","id":"a"}')).toEqual({ text: '"x"', id: '"a"' });
    expect(read('{"text":"t","input":"i"}')).toEqual({ text: '"t"', id: undefined });
  });

  it('looks where it is told to', () => {
    expect(read('{"text":"no","body":"yes","key":7}', { textField: 'body', idField: 'key' })).toEqual({
      text: '"yes"',
      id: '7',
    });
  });

  it.each([
    ['{', {}, 'invalid_json_line', null],
    ['["text"]', {}, 'invalid_json_line', null],
    ['{"text":["a"]}', {}, 'missing_required_parameter', 'text'],
    ['{"text":"a"}', { textField: 'body' }, 'missing_required_parameter', 'body'],
    ['{"text":"a","id":null}', {}, 'invalid_type', 'id'],
    ['{"text":"a","id":{}}', {}, 'invalid_type', 'id'],
    ['{"text":"a"}', { idField: 'key' }, 'invalid_type', 'key'],
  ] as const)('refuses %s', (line, order, code, param) => {
    expect(read(line, order)).toMatchObject({ code, param });
  });

  it('takes a line of text as it is, also where it looks like JSON', () => {
    expect(read('{"text":"a"}\t"b\\', { inputFormat: 'text' })).toEqual({
      text: JSON.stringify('{"text":"a"}\t"b\\'),
      id: undefined,
    });
    expect(read(Buffer.from([0x61, 0xff]), { inputFormat: 'text' })).toMatchObject({ code: 'invalid_utf8' });
  });
});

describe('embeddingBody', () => {
  it('is a request that JSON reads', () => {
    const line = { text: Buffer.from('"a \\"b\\""'), id: undefined };
    expect(JSON.parse(embeddingBody(line, ORDER).toString())).toEqual({
      model: 'bge/"dev"',
      input: 'a "b"',
      encoding_format: 'float',
    });
    const order = { ...ORDER, encodingFormat: 'base64', dimensions: 8 } as const;
    expect(JSON.parse(embeddingBody(line, order).toString())).toMatchObject({
      encoding_format: 'base64',
      dimensions: 8,
    });
  });
});

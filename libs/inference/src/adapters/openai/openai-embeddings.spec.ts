import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { ReplyBytes } from '../../transport/reply-bytes.js';
import type { EmbeddingsAnswer } from '../embeddings/embeddings-dialect.js';
import { openAiEmbeddings } from './openai-embeddings.js';

const FLOATS = [0.25, -1.5, 3];
const BASE64 = Buffer.from(Float32Array.from(FLOATS).buffer).toString('base64');

function embeddings(embedding: unknown, count = 1): string {
  const data = Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding }));
  return JSON.stringify({ object: 'list', data, model: 'served', usage: { prompt_tokens: 7, total_tokens: 7 } });
}

function question(fields: object) {
  return {
    body: scanJsonObject(Buffer.from(JSON.stringify(fields))),
    servedName: 'served',
    encoding: 'float' as const,
  };
}

function read(text: string, inputs?: number): EmbeddingsAnswer {
  return openAiEmbeddings.read(new ReplyBytes([Buffer.from(text)]), inputs, question({}));
}

function rowsOf(answer: EmbeddingsAnswer): unknown[] {
  return answer.rows().map((row) => JSON.parse(row.toString('utf8')) as unknown);
}

describe('openAiEmbeddings.encode', () => {
  it('changes nothing but the model where the encoding is as wanted', () => {
    const text = '{"input": ["a"] ,"model":"asked","encoding_format":"base64","x":1.50}';
    const body = scanJsonObject(Buffer.from(text));

    const bytes = openAiEmbeddings.encode({ body, servedName: 'served', encoding: 'base64' });

    expect(bytes.toString('utf8')).toBe(text.replace('asked', 'served'));
  });

  it.each([
    [{ input: 'a' }, 'float', { input: 'a', model: 'served' }],
    [{ input: 'a', encoding_format: null }, 'float', { input: 'a', encoding_format: 'float', model: 'served' }],
    [{ input: 'a' }, 'base64', { input: 'a', encoding_format: 'base64', model: 'served' }],
    [{ input: 'a', encoding_format: 'float' }, 'base64', { input: 'a', encoding_format: 'base64', model: 'served' }],
  ] as const)('asks %j for %s', (fields, encoding, expected) => {
    const bytes = openAiEmbeddings.encode({ ...question(fields), encoding });
    expect(JSON.parse(bytes.toString('utf8'))).toEqual(expected);
  });

  it('sends the inputs of a part only', () => {
    const bytes = openAiEmbeddings.encode({ ...question({ model: 'm', input: ['a', 'b'] }), input: '["b"]' });
    expect(JSON.parse(bytes.toString('utf8'))).toEqual({ model: 'served', input: ['b'] });
  });
});

describe('openAiEmbeddings.read', () => {
  it.each([
    ['float', FLOATS],
    ['base64', BASE64],
  ])('finds rows of %s', (encoding, embedding) => {
    const answer = read(embeddings(embedding, 3), 3);

    expect(answer.encoding).toBe(encoding);
    expect(rowsOf(answer)).toEqual([embedding, embedding, embedding]);
    expect(answer.usage).toEqual({ promptTokens: 7, completionTokens: 0, totalTokens: 7 });
  });

  it('is not misled by names inside the data', () => {
    const answer = read('{"data":[{"object":"embedding","embedding":[1],"model":"x"}],"usage":null}', 1);

    expect(rowsOf(answer)).toEqual([[1]]);
    expect(answer.usage).toBeUndefined();
  });

  it('puts rows in the order of their index', () => {
    const text = '{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":[0]}]}';
    expect(rowsOf(read(text, 2))).toEqual([[0], [1]]);
  });

  it('takes an index that stands twice for garbage', () => {
    const answer = read('{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[0]}]}', 2);
    expect(refusalOf(() => answer.rows()).reason).toBe('upstream_garbage');
  });

  it.each([
    ['too few embeddings', embeddings(FLOATS, 2), 3],
    ['too many embeddings', embeddings(FLOATS, 4), 3],
    ['no data', '{"object":"list"}', 1],
    ['NaN', embeddings(FLOATS).replace('0.25', 'NaN'), 1],
    ['a cut answer', embeddings(FLOATS).slice(0, -1), 1],
    ['embeddings that are null', embeddings(null), 1],
    ['text', 'oops', 1],
  ])('takes %s for garbage', (_name, text, inputs) => {
    expect(refusalOf(() => read(text, inputs)).reason).toBe('upstream_garbage');
  });

  it('finds the failure that an answer states', () => {
    const failure = refusalOf(() => read('{"object":"error","message":"too long","code":400}', 1));
    expect([failure.reason, failure.status]).toEqual(['upstream_rejected', 400]);
  });
});

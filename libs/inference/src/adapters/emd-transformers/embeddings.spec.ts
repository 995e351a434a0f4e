import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { ReplyBytes } from '../../transport/reply-bytes.js';
import { emdTransformersEmbeddings } from './embeddings.js';

function question(fields: object) {
  const body = scanJsonObject(Buffer.from(JSON.stringify({ model: 'asked', ...fields })));
  return { body, servedName: 'served', encoding: 'float' as const };
}

function encode(fields: object): unknown {
  return JSON.parse(emdTransformersEmbeddings.encode(question(fields)).toString('utf8'));
}

function read(fields: object, rows: readonly unknown[]): unknown[] {
  const data = rows.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  const text = JSON.stringify({ object: 'list', data, usage: { prompt_tokens: null, total_tokens: null } });
  const answer = emdTransformersEmbeddings.read(new ReplyBytes([Buffer.from(text)]), rows.length, question(fields));
  expect(answer.usage).toBeUndefined();
  return answer.rows().map((row) => JSON.parse(row.toString('utf8')) as unknown);
}

describe('emdTransformersEmbeddings', () => {
  it('never sends a plain string, which would be embedded letter by letter', () => {
    expect(encode({ input: 'abc', encoding_format: 'base64', dimensions: 64, task: 'retrieval.query' })).toEqual({
      model: 'served',
      input: ['abc'],
      truncate_dim: 64,
      task: 'retrieval.query',
    });
  });

  it('refuses tokens, which it would read as text', () => {
    for (const input of [
      [1, 2],
      [[1], [2]],
    ]) {
      const { reason, param } = refusalOf(() => encode({ input }));
      expect([reason, param]).toEqual(['invalid_type', 'input']);
    }
  });

  it('puts texts, images and pairs back into the order in which they were asked', () => {
    const input = [
      { type: 'multimodal', text: 'p', image: 'i' },
      { type: 'image', image: 'i' },
      'text',
      { type: 'text' },
    ];

    expect(read({ input }, [[1], [2], [3], [[4]]])).toEqual([[4], [3], [1], [2]]);
  });

  it('takes an answer that is not a list of vectors for garbage', () => {
    expect(refusalOf(() => read({ input: ['a'] }, ['AAAA'])).reason).toBe('upstream_garbage');
  });
});

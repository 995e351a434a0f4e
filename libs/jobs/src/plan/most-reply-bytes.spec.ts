import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { mostReplyBytes, mostReplyBytesOfOrder } from './most-reply-bytes.js';

function most(body: object, endpoint: Parameters<typeof mostReplyBytes>[0] = '/v1/embeddings'): number | undefined {
  return mostReplyBytes(endpoint, scanJsonObject(Buffer.from(JSON.stringify(body))));
}

describe('mostReplyBytes', () => {
  it('is no less than what the longest numbers take', () => {
    const numbers = Array<number>(64).fill(-1.2345678901234567e-100);
    const bytes = JSON.stringify({ embedding: numbers }).length;
    expect(most({ input: 'text', dimensions: 64 })).toBeGreaterThan(bytes);
  });

  it('is no less than what numbers take as base64, and less than as digits', () => {
    const request = { input: 'text', dimensions: 1024 };
    const base64 = most({ ...request, encoding_format: 'base64' });
    expect(base64).toBeGreaterThan(Buffer.alloc(4 * 1024).toString('base64').length);
    expect(base64).toBeLessThan(most(request) ?? 0);
  });

  it('counts each input of a list, and a list of tokens as one', () => {
    const one = most({ input: 'text', dimensions: 64 }) ?? 0;
    expect(most({ input: ['a', 'b', 'c'], dimensions: 64 })).toBeGreaterThan(2 * one - 1024);
    expect(most({ input: [1, 2, 3], dimensions: 64 })).toBe(one);
  });

  it('takes base64 of a length that is not said for 1,024 numbers', () => {
    const request = { input: 'text', encoding_format: 'base64' };
    expect(most(request)).toBe(most({ ...request, dimensions: 1024 }));
  });

  it('is not known of floats of a length that is not said, and of requests without inputs', () => {
    expect(most({ input: 'text' })).toBeUndefined();
    expect(most({ input: 'text', dimensions: '64' })).toBeUndefined();
    expect(most({ input: { no: 'text' }, dimensions: 64 })).toBeUndefined();
  });

  it('is not known of other endpoints', () => {
    expect(most({ input: 'text', dimensions: 64 }, '/v1/chat/completions')).toBeUndefined();
  });

  it('is the same for a line of an embeddings job', () => {
    const order = {
      model: 'm',
      inputFormat: 'text',
      encodingFormat: 'base64',
      textField: null,
      idField: null,
    } as const;
    expect(mostReplyBytesOfOrder({ ...order, dimensions: 256 })).toBe(
      most({ input: 'text', dimensions: 256, encoding_format: 'base64' }),
    );
    expect(mostReplyBytesOfOrder({ ...order, dimensions: null })).toBe(
      most({ input: 'text', encoding_format: 'base64' }),
    );
    expect(mostReplyBytesOfOrder({ ...order, encodingFormat: 'float', dimensions: null })).toBeUndefined();
  });
});

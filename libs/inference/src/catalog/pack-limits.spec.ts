import { describe, expect, it } from 'vitest';
import { packLimitsOf } from './pack-limits.js';
import { parseCatalog } from './parse-catalog.js';

function limitsOf(fields: string, transport = 'invoke') {
  const [entry] = parseCatalog(
    `models:\n  - id: m\n    target: { kind: sagemaker, endpoint: e }\n    transports: [${transport}]\n${fields}`,
    'models.yaml',
  );
  if (entry === undefined) throw new Error('no entry');
  return packLimitsOf(entry);
}

const EMBEDDING = '    type: embedding\n';

describe('packLimitsOf', () => {
  it.each([
    ['openai', 2048, 'base64'],
    ['tei', 32, 'float'],
    ['emd-transformers', 32, 'float'],
  ])('knows what a server behind the adapter %s takes', (adapter, inputs, replyEncoding) => {
    expect(limitsOf(`${EMBEDDING}    adapter: ${adapter}\n`)).toEqual({
      inputs,
      tokens: 16_384,
      targetMs: 1000,
      payloadBytes: 6_291_456,
      replyEncoding,
    });
  });

  it('goes by what the entry says', () => {
    const options = '    options: { packing: { inputs: 8, tokens: 99, targetMs: 50 } }\n';
    expect(limitsOf(`${EMBEDDING}    adapter: tei\n${options}    limits: { payloadBytes: 1000 }\n`)).toMatchObject({
      inputs: 8,
      tokens: 99,
      targetMs: 50,
      payloadBytes: 1000,
    });
  });

  it('gives calls that wait in a queue all the time that the container has', () => {
    expect(limitsOf(`${EMBEDDING}    adapter: openai\n`, 'async')?.targetMs).toBe(900_000);
  });

  it('gives lines calls of their own where the entry says so, and for all but embeddings', () => {
    expect(limitsOf(`${EMBEDDING}    adapter: openai\n    options: { packing: { inputs: 1 } }\n`)).toBeUndefined();
    expect(limitsOf('    type: chat\n    adapter: openai\n')).toBeUndefined();
  });
});

import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { RowConverter } from '../adapters/embeddings/row-converter.js';
import { Catalog } from '../catalog/catalog.js';
import { parseCatalog } from '../catalog/parse-catalog.js';
import type { InferenceCall } from '../inference.types.js';
import { CallCodec } from './call-codec.js';

const MODEL = {
  id: 'embedding/dev',
  type: 'embedding',
  target: { kind: 'sagemaker', endpoint: 'embedding-later' },
  transports: ['async'],
  adapter: 'openai',
};
/** What a converter has at most, on whatever machine. */
const MAX_THREADS = 4;
const ROWS = 400;

/** Floats enough that they are converted in a thread. */
function largeAnswer(): Buffer {
  const embedding = Array.from({ length: 256 }, (_, index) => index / 256);
  const data = Array.from({ length: ROWS }, (_, index) => ({ object: 'embedding', index, embedding }));
  const usage = { prompt_tokens: ROWS, total_tokens: ROWS };
  return Buffer.from(JSON.stringify({ object: 'list', model: 'm', data, usage }));
}

function largeCall(): InferenceCall {
  const input = Array.from({ length: ROWS }, () => 'text');
  return {
    model: MODEL.id,
    body: scanJsonObject(Buffer.from(JSON.stringify({ model: MODEL.id, input, encoding_format: 'base64' }))),
    requestId: 'request',
    signal: new AbortController().signal,
    retries: 'none',
  };
}

describe('CallCodec', () => {
  const threads: Worker[] = [];
  const note = (worker: Worker): void => void threads.push(worker);

  beforeEach(() => {
    threads.length = 0;
    process.on('worker', note);
  });
  afterEach(() => void process.off('worker', note));

  it('reads many large answers with the threads of one converter, which end when it is closed', async () => {
    const converter = new RowConverter();
    const catalog = new Catalog(parseCatalog(JSON.stringify({ models: [MODEL] }), 'test'), 0);
    const codec = new CallCodec(catalog, { maxRetries: 0, holdMs: 0, keepAliveMs: 0, converter });
    const decode = async () => await codec.decode('embeddings', largeCall(), largeAnswer());
    const answers = await Promise.all(Array.from({ length: MAX_THREADS + 2 }, decode));

    expect(answers.map(({ usage }) => usage?.totalTokens)).toEqual(answers.map(() => ROWS));
    expect(threads.length).toBeGreaterThan(0);
    expect(threads.length).toBeLessThanOrEqual(MAX_THREADS);
    await converter.close();
    expect(threads.map(({ threadId }) => threadId)).toEqual(threads.map(() => -1));
  });
});

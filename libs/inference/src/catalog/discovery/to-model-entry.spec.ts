import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { LIMIT_DEFAULTS, parseCatalog } from '../parse-catalog.js';
import type { DiscoveredModel } from './discovered-model.js';
import { toModelEntry } from './to-model-entry.js';

function discovered(fields: Partial<DiscoveredModel>): DiscoveredModel {
  return {
    id: 'Qwen3-8B/dev',
    origin: 'stack s',
    target: { kind: 'sagemaker', endpoint: 'an-endpoint' },
    isAsync: false,
    engine: 'vllm',
    hasKey: false,
    ...fields,
  };
}

const entryOf = (fields: Partial<DiscoveredModel>) => toModelEntry(discovered(fields), LIMIT_DEFAULTS);

describe('toModelEntry', () => {
  it('makes of a chat model what the catalog file would have said', () => {
    const [written] = parseCatalog(
      `models: [{ id: Qwen3-8B/dev, type: chat, target: { kind: sagemaker, endpoint: an-endpoint }, transports: [invoke, invoke-stream], adapter: openai }]`,
      'test',
    );

    expect(entryOf({})).toEqual(written);
  });

  it('makes of an asynchronous whisper what the catalog file would have said', () => {
    const [written] = parseCatalog(
      `models: [{ id: whisper/dev, type: transcription, target: { kind: sagemaker, endpoint: an-endpoint }, transports: [async], adapter: emd-whisper, options: { whisperModel: large-v3 } }]`,
      'test',
    );

    expect(entryOf({ id: 'whisper/dev', isAsync: true, engine: 'huggingface' })).toEqual(written);
  });

  it.each([
    ['vllm', {}],
    ['llamacpp', { extraBody: true }],
    ['tgi', { extraBody: true }],
    ['lmdeploy', { streamOnly: true, extraBody: true }],
    ['ollama', { streamOnly: true, extraBody: true }],
    ['ktransformers', { streamOnly: true, extraBody: true }],
  ])('knows the quirks of %s', (engine, options) => {
    expect(entryOf({ engine }).options).toEqual(options);
  });

  it('speaks the dialect of transformers to embedding and rerank models of that engine alone', () => {
    expect(entryOf({ id: 'jina-embeddings-v3/dev', engine: 'huggingface' }).adapter).toBe('emd-transformers');
    expect(entryOf({ id: 'jina-reranker-v2-base-multilingual/dev', engine: 'huggingface' }).adapter).toBe(
      'emd-transformers',
    );
    expect(entryOf({ id: 'bge-m3/dev', engine: 'vllm' })).toMatchObject({ adapter: 'openai', transports: ['invoke'] });
    expect(entryOf({ id: 'Baichuan-M1-14B-Instruct/dev', engine: 'huggingface' }).adapter).toBe('openai');
  });

  it('reaches an ECS service over HTTP', () => {
    const entry = entryOf({ target: { kind: 'http', baseUrl: 'http://model.emd:8080/' } });

    expect(entry).toMatchObject({ target: { kind: 'http', baseUrl: 'http://model.emd:8080' }, transports: ['http'] });
    expect(entry.limits.requestTimeoutMs).toBe(LIMIT_DEFAULTS.httpRequestTimeoutMs);
  });

  it('goes by the tags of an endpoint before its name', () => {
    const entry = entryOf({ id: 'in-house/prod', type: 'embedding', adapter: 'tei' });

    expect(entry).toMatchObject({ type: 'embedding', adapter: 'tei', servedName: 'in-house', transports: ['invoke'] });
  });

  it.each<[string, Partial<DiscoveredModel>]>([
    ['no model id', { id: 'two words/dev' }],
    ["expected 'name' or 'name/tag'", { id: '/dev' }],
    ['target.endpoint', { target: { kind: 'sagemaker', endpoint: '../other' } }],
    ['http://', { target: { kind: 'http', baseUrl: 'ftp://files' } }],
    ['adapter', { type: 'chat', adapter: 'tei' }],
    ['target.baseUrl', { target: { kind: 'http', baseUrl: 'nowhere' } }],
  ])('refuses with "%s" what could not be called', (message, fields) => {
    expect(() => entryOf(fields)).toThrow(ConfigurationError);
    expect(() => entryOf(fields)).toThrow(message);
  });
});

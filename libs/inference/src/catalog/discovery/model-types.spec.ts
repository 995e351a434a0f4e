import { describe, expect, it } from 'vitest';
import { EMD_MODEL_TYPES } from './emd-model-types.js';
import { guessModelType } from './guess-model-type.js';

describe('model types', () => {
  it('are known for all 92 models of EMD', () => {
    const groups = [...Map.groupBy(EMD_MODEL_TYPES.values(), (type) => type)];
    const counts = Object.fromEntries(groups.map(([type, all]) => [type, all.length]));

    expect(EMD_MODEL_TYPES.size).toBe(92);
    expect(counts).toEqual({ chat: 61, vision: 14, embedding: 11, rerank: 3, transcription: 1, custom: 2 });
  });

  it.each([
    ['gme-Qwen2-VL-7B-Instruct', 'embedding'],
    ['bge-vl-large', 'embedding'],
    ['medgemma-4b-it', 'chat'],
    ['whisper', 'transcription'],
    ['custom-docker', 'custom'],
  ])('EMD says that %s is of type %s', (name, type) => {
    expect(guessModelType(name)).toBe(type);
  });

  it.each([
    ['Llama-4-Scout', 'chat'],
    ['Qwen3-VL-8B-Instruct', 'vision'],
    ['llava-1.6-mistral', 'vision'],
    ['BAAI/bge-reranker-v3', 'rerank'],
    ['bge-small-zh', 'embedding'],
    ['text-embedding-gemma', 'embedding'],
    ['whisper-large-v3', 'transcription'],
    ['stable-diffusion-xl', 'custom'],
    ['evlm-7b', 'chat'],
  ])('%s, which EMD does not know, is taken for %s', (name, type) => {
    expect(guessModelType(name)).toBe(type);
  });
});

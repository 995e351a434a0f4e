import { inject } from 'vitest';

export const CHAT_MODEL = 'Qwen2.5-7B-Instruct/dev';
export const EMBEDDING_MODEL = 'bge-m3/dev';
export const RERANK_MODEL = 'bge-reranker-v2-m3/dev';

export const ORDER = 'Reply with exactly: one gate — ünïcødé ✓';
export const OBEYED = 'one gate — ünïcødé ✓';
export const WEATHER_QUESTION = 'What is the weather in Paris?';
export const WEATHER_PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

export const CAPITAL_QUERY = 'What is the capital of France?';
export const CAPITAL_DOCUMENTS = [
  'Berlin is the capital of Germany.',
  'Paris is the capital of France.',
  'London is the capital of England.',
];

/** Without `/v1`. @returns {string} */
export const systemUrl = () => inject('systemUrl');
/** What most clients call their base URL. */
export const apiUrl = () => `${systemUrl()}/v1`;
export const apiKey = () => inject('systemKey');

/** Vectors of unit length, of which the first two mean nearly the same. */
export const EMBEDDED = ['The cat sat on the mat.', 'A cat is on a mat.', 'Stock markets fell sharply today.'];

export function dot(first, second) {
  return first.reduce((sum, value, at) => sum + value * second[at], 0);
}

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

import { spliceJson, type JsonBody } from '#platform';
import type { RerankRequest } from './rerank-request.types.js';

/**
 * The request in the words that vLLM's rerank takes: `query` and `documents` as text, everything else as the caller sent it.
 * Scores for all documents are asked for; what is not wanted is cut from the answer.
 */
export function encodeRerankRequest(body: JsonBody, request: RerankRequest, servedName: string): Buffer {
  const replacements: Record<string, string> = { model: JSON.stringify(servedName) };
  if (body.kind('query') !== 'string') replacements['query'] = JSON.stringify(request.query);
  const isPlain = body.has('documents') && request.documents.every((document) => typeof document === 'string');
  if (!isPlain) replacements['documents'] = JSON.stringify(request.texts);
  if (body.has('top_n')) replacements['top_n'] = String(request.texts.length);
  return spliceJson(body, replacements);
}

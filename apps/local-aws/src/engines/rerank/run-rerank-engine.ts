import { EngineRejection } from '../engine-rejection.js';
import type { CallIdentity, EngineResult } from '../generation.js';
import { isFields, readInteger, type Fields } from '../read-fields.js';
import { countTokens } from '../text/split-tokens.js';
import { scoreDocuments } from './score-documents.js';

/** @throws EngineRejection */
export function runRerankEngine(body: Fields, identity: CallIdentity): EngineResult {
  const query = readQuery(body['query']);
  const documents = readDocuments(body['documents']);
  const wanted = readInteger(body, 'top_n', { min: 0 }) ?? 0;
  const results = scoreDocuments(query, documents)
    .map((score, index) => ({ index, document: { text: documents[index] }, relevance_score: score }))
    .sort((left, right) => right.relevance_score - left.relevance_score || left.index - right.index)
    // vLLM takes 0 for all of them.
    .slice(0, wanted === 0 ? documents.length : wanted);
  // A cross-encoder reads the query once with each document.
  const tokens = documents.reduce(
    (sum, document) => sum + countTokens(document),
    countTokens(query) * documents.length,
  );
  return {
    kind: 'complete',
    data: {
      id: `rerank-${identity.id}`,
      model: identity.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
      results,
    },
    work: { kind: 'encode', tokens },
  };
}

function readQuery(query: unknown): string {
  if (typeof query === 'string' && query !== '') return query;
  throw new EngineRejection('query must be a string that is not empty.', 'query');
}

export function readDocuments(documents: unknown): string[] {
  if (!Array.isArray(documents) || documents.length === 0) {
    throw new EngineRejection('documents must be an array that is not empty.', 'documents');
  }
  return documents.map((document: unknown, index) => {
    const text = isFields(document) ? document['text'] : document;
    if (typeof text === 'string') return text;
    throw new EngineRejection(`documents[${index}] must be a string or an object with a text.`, `documents[${index}]`);
  });
}

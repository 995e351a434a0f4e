import { spliceJson, type JsonBody } from '#platform';
import { textsOf, type RerankDialect } from '../rerank/rerank-dialect.js';
import type { RerankRequest } from './rerank-request.types.js';

/**
 * The words that vLLM's rerank takes: `query` and `documents` as text, everything else as the caller sent it. Scores for
 * all documents are asked for; what is not wanted is cut from the answer.
 */
export const openAiRerank: RerankDialect = {
  encode: (question) => {
    const { body, request, servedName, texts } = question;
    const replacements: Record<string, string> = { model: JSON.stringify(servedName) };
    if (body.kind('query') !== 'string') replacements['query'] = JSON.stringify(request.query);
    if (texts !== undefined || !isPlain(body, request)) replacements['documents'] = textsOf(question);
    if (body.has('top_n')) replacements['top_n'] = String(texts?.length ?? request.texts.length);
    return spliceJson(body, replacements);
  },
};

function isPlain(body: JsonBody, { documents }: RerankRequest): boolean {
  return body.has('documents') && documents.every((document) => typeof document === 'string');
}

import { newId } from '#platform';
import type { InferenceReply, Usage } from '../../inference.types.js';
import { readUsage } from './read-usage.js';
import type { RerankRequest } from './rerank-request.types.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

interface Score {
  readonly index: number;
  readonly score: number;
}

const WHAT = 'a ranking of all documents';

/** A model server's answer for some of the documents. */
export interface Ranking {
  readonly scores: readonly Score[];
  readonly id: string | undefined;
  /** Absent when the model server did not count. */
  readonly usage: Usage | undefined;
}

/**
 * One answer for the clients of every dialect.
 *
 * @throws UpstreamFailure `upstream_garbage`, or what the container states about itself.
 */
export function decodeRerankReply(bytes: Buffer, request: RerankRequest, model: string): InferenceReply {
  return renderRanking(readRanking(bytes, request.texts.length), request, model);
}

/**
 * A score for each of `count` documents, from the answer of any model server.
 *
 * @throws UpstreamFailure `upstream_garbage`, or what the container states about itself.
 */
export function readRanking(bytes: Buffer, count: number): Ranking {
  const fields = parse(bytes);
  refuseStatedError(fields);
  const { id, usage } = fields as { readonly id?: unknown; readonly usage?: unknown };
  return {
    scores: readScores(fields, count),
    id: typeof id === 'string' && id !== '' ? id : undefined,
    usage: readUsage(usage),
  };
}

/**
 * OpenAI has no words for this, so all others' are said: `results` (Cohere, Jina, vLLM) and the same array as `data` (EMD,
 * Voyage), best first, equal scores in the caller's order.
 */
export function renderRanking(ranking: Ranking, request: RerankRequest, model: string): InferenceReply {
  const { id = newId('rerank-'), usage } = ranking;
  const scores = ranking.scores.toSorted((a, b) => b.score - a.score || a.index - b.index);
  const results = scores.slice(0, request.topN).map(({ index, score }) => ({
    index,
    relevance_score: score,
    ...(request.returnDocuments ? { document: documentAt(request, index) } : {}),
  }));
  const answer = {
    id,
    object: 'list',
    model,
    results,
    data: results,
    usage: { prompt_tokens: usage?.promptTokens ?? 0, total_tokens: usage?.totalTokens ?? 0 },
    meta: { api_version: { version: request.version }, billed_units: { search_units: 1 } },
  };
  return { body: Buffer.from(JSON.stringify(answer)), usage };
}

/** Always an object with its `text`; whatever else the caller sent with a document comes back with it. */
function documentAt({ documents, texts }: RerankRequest, index: number): Readonly<Record<string, unknown>> {
  const document = documents[index];
  const text = texts[index] ?? '';
  return typeof document === 'object' ? { ...document, text } : { text };
}

function readScores(fields: Readonly<Record<string, unknown>>, count: number): readonly Score[] {
  const items = fields['results'] ?? fields['data'];
  if (!Array.isArray(items) || items.length !== count) throw garbage(WHAT);
  const scores = items.map(readScore);
  if (new Set(scores.map(({ index }) => index)).size !== count || scores.some(({ index }) => index >= count))
    throw garbage(WHAT);
  return scores;
}

function readScore(item: unknown): Score {
  const {
    index,
    relevance_score: relevance,
    score,
  } = (item ?? {}) as { index?: unknown; relevance_score?: unknown; score?: unknown };
  const value = relevance ?? score;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || typeof value !== 'number')
    throw garbage(WHAT);
  return { index, score: value };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw garbage(WHAT, error);
  }
  // TEI answers the bare array.
  if (Array.isArray(value)) return { results: value };
  if (typeof value !== 'object' || value === null) throw garbage(WHAT);
  return value as Readonly<Record<string, unknown>>;
}

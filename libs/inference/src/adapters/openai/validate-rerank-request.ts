import { GatewayError, type JsonBody } from '#platform';
import { emptyArray, missing, optionalValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';
import type { RerankRequest, RerankVersion } from './rerank-request.types.js';

type Document = RerankRequest['documents'][number];

/** Names under which the dialects send the documents and the number of results. */
const DOCUMENT_KEYS = ['documents', 'texts', 'inputs'] as const;
const TOP_KEYS = ['top_n', 'max_rerank', 'top_k'] as const;
const RETURN_KEYS = ['return_documents', 'return_text', 'return_metadata'] as const;

/**
 * Reads a rerank request from the superset of all dialects.
 *
 * @throws GatewayError with `param` naming the field.
 */
export function validateRerankRequest(body: JsonBody, version: RerankVersion = '1'): RerankRequest {
  const query = readQuery(body);
  const documents = readDocuments(body);
  const rankFields = readRankFields(body);
  return {
    query,
    documents: documents.items,
    texts: documents.items.map((document, index) => textOf(document, rankFields, `${documents.key}[${index}]`)),
    topN: readTop(body, documents.items.length),
    returnDocuments: readReturnDocuments(body) ?? version === '1',
    version,
  };
}

function readQuery(body: JsonBody): string {
  const value = optionalValue(body, 'query');
  if (value === undefined) throw missing('query');
  const text = isObject(value) ? value['text'] : value;
  if (typeof text !== 'string') throw wrongType('query', 'a string', value);
  if (text === '')
    throw new GatewayError('invalid_request', "Invalid 'query': it must not be an empty string.", { param: 'query' });
  return text;
}

function readDocuments(body: JsonBody): { readonly key: string; readonly items: readonly Document[] } {
  const key = DOCUMENT_KEYS.find((name) => optionalValue(body, name) !== undefined);
  if (key === undefined) throw missing('documents');
  const value = body.value(key);
  if (!Array.isArray(value)) throw wrongType(key, 'an array of strings or objects', value);
  if (value.length === 0) throw emptyArray(key);
  const items = value.map((item: unknown, index): Document => {
    if (typeof item === 'string' || isObject(item)) return item;
    throw wrongType(`${key}[${index}]`, 'one of a string or object', item);
  });
  return { key, items };
}

/** Cohere's first version ranks objects by chosen fields, joined in their order. */
function readRankFields(body: JsonBody): readonly string[] {
  const value = optionalValue(body, 'rank_fields');
  if (value === undefined) return ['text'];
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw wrongType('rank_fields', 'an array of strings', value);
  }
  return value;
}

function textOf(document: Document, rankFields: readonly string[], path: string): string {
  if (typeof document === 'string') return document;
  const texts = rankFields.map((name) => document[name]).filter((value) => typeof value === 'string');
  if (texts.length > 0) return texts.join('\n');
  throw missing(`${path}.${rankFields[0] ?? 'text'}`);
}

/** 0 and absent mean all; more than there are documents means all, too. */
function readTop(body: JsonBody, count: number): number {
  let top: number | undefined;
  for (const key of TOP_KEYS) {
    const value = optionalValue(body, key);
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(key, 'an integer', value);
    if (value < 0) {
      const message = `Invalid '${key}': integer below minimum value. Expected a value >= 0, but got ${value} instead.`;
      throw new GatewayError('integer_below_min_value', message, { param: key });
    }
    if (top !== undefined && top !== value) {
      throw new GatewayError(
        'invalid_value',
        `'${key}' contradicts another of ${TOP_KEYS.join(', ')}: send one of them.`,
        { param: key },
      );
    }
    top = value;
  }
  return top === undefined || top === 0 ? count : Math.min(top, count);
}

/** What the caller says of documents in results; unlike Cohere, vLLM, Jina and EMD return them by default. */
function readReturnDocuments(body: JsonBody): boolean | undefined {
  let wanted: boolean | undefined;
  for (const key of RETURN_KEYS) {
    const value = optionalValue(body, key);
    if (value === undefined) continue;
    if (typeof value !== 'boolean') throw wrongType(key, 'a boolean', value);
    if (key !== 'return_metadata') wanted ??= value;
  }
  return wanted;
}

import { isUtf8 } from 'node:buffer';
import { spliceJson, type JsonBody } from '#platform';
import type { InferenceReply } from '../../inference.types.js';
import { convertEmbeddings, type EmbeddingEncoding } from './convert-embeddings.js';
import { COLON, OPEN_ARRAY, QUOTE, skipSpace } from './json-bytes.js';
import { readUsage } from './read-usage.js';
import { skimJsonObject } from './skim-json.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

export interface EmbeddingsExpectation {
  /** Name that the client sent. */
  readonly model: string;
  /** Encoding that the client asked for. */
  readonly encoding: EmbeddingEncoding;
  /** Number of inputs; `undefined` where only the model server can tell. */
  readonly inputs: number | undefined;
}

const WHAT = 'a list of embeddings';
/** Beyond this a failure's text would not fit anywhere; answers that state one are short. */
const MAX_STATED_ERROR_BYTES = 64 * 1024;

/**
 * Checks that a container's bytes are embeddings for all inputs and gives them on without reading a single float.
 *
 * @throws UpstreamFailure `upstream_garbage`, or what the container states about itself.
 */
export function decodeEmbeddingsReply(bytes: Buffer, expected: EmbeddingsExpectation): InferenceReply {
  const skimmed = isUtf8(bytes) ? skimJsonObject(bytes) : undefined;
  if (skimmed === undefined) throw garbage(WHAT);
  const { body, elements } = skimmed;
  if (bytes.length <= MAX_STATED_ERROR_BYTES) refuseStatedError(statedFields(body));
  const count = elements.get('data');
  if (count === undefined || (expected.inputs !== undefined && count !== expected.inputs)) throw garbage(WHAT);
  const usage = readUsage(body.kind('usage') === 'object' ? body.value('usage') : undefined);
  const encoding = count === 0 ? expected.encoding : encodingOf(body);
  if (encoding === undefined) throw garbage(WHAT);
  const replacements: Record<string, string> = { model: JSON.stringify(expected.model) };
  if (body.kind('object') !== 'string') replacements['object'] = '"list"';
  if (encoding !== expected.encoding) replacements['data'] = convertEmbeddings(body.value('data'), expected.encoding);
  return { body: replace(body, replacements), usage };
}

function replace(body: JsonBody, replacements: Record<string, string>): Buffer {
  const isChanged = Object.entries(replacements).some(
    ([key, text]) => body.raw(key)?.equals(Buffer.from(text)) !== true,
  );
  return isChanged ? spliceJson(body, replacements) : body.bytes;
}

/** The members in which a failure may be stated. */
function statedFields(body: JsonBody): Readonly<Record<string, unknown>> {
  const keys = ['error', 'object', 'status', 'message', 'code', 'param', 'type', 'detail'];
  return Object.fromEntries(keys.filter((key) => body.has(key)).map((key) => [key, body.value(key)]));
}

const EMBEDDING_KEY = Buffer.from('"embedding"');

/** What the first `embedding` member holds; the same word also stands as the value of `object`. */
function encodingOf(body: JsonBody): EmbeddingEncoding | undefined {
  const { bytes } = body;
  const end = body.members.get('data')?.end ?? 0;
  let at = bytes.indexOf(EMBEDDING_KEY, body.members.get('data')?.start ?? 0);
  while (at !== -1 && at < end) {
    const colon = skipSpace(bytes, at + EMBEDDING_KEY.length);
    if (bytes[colon] === COLON) {
      const first = bytes[skipSpace(bytes, colon + 1)];
      if (first === OPEN_ARRAY) return 'float';
      return first === QUOTE ? 'base64' : undefined;
    }
    at = bytes.indexOf(EMBEDDING_KEY, colon);
  }
  return undefined;
}

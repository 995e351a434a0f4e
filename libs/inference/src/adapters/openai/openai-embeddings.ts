import { isUtf8 } from 'node:buffer';
import { editsOf, JsonBody, spliceJson } from '#platform';
import type { Usage } from '../../inference.types.js';
import type { ReplyBytes } from '../../transport/reply-bytes.js';
import { encodingOfRow, rowsOfData } from '../embeddings/embedding-rows.js';
import type { EmbeddingEncoding } from '../embeddings/embedding-encodings.js';
import type { EmbeddingsAnswer, EmbeddingsDialect } from '../embeddings/embeddings-dialect.js';
import { CLOSE_OBJECT, COLON, OPEN_ARRAY, QUOTE, skipSpace } from './json-bytes.js';
import { readUsage } from './read-usage.js';
import { skimJsonObject } from './skim-json.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

const WHAT = 'a list of embeddings';
/** Beyond this a failure's text would not fit anywhere; answers that state one are short. */
const MAX_STATED_ERROR_BYTES = 64 * 1024;
const EMBEDDING_KEY = Buffer.from('"embedding"');

/** vLLM, SGLang, LMI, EMD's own vLLM containers, Ollama, TEI's OpenAI route. */
export const openAiEmbeddings: EmbeddingsDialect = {
  choosesEncoding: true,
  encode: ({ body, servedName, input, encoding }) => {
    const replacements: Record<string, string> = { model: JSON.stringify(servedName) };
    // Several model servers refuse the `encoding_format: null` that OpenAI takes for absent.
    const isSaid = body.kind('encoding_format') === 'string';
    if (encoding === 'base64' ? !isSaid || body.value('encoding_format') !== 'base64' : body.has('encoding_format')) {
      replacements['encoding_format'] = JSON.stringify(encoding);
    }
    if (input !== undefined) replacements['input'] = input;
    return spliceJson(body, replacements);
  },
  read: readOpenAiEmbeddings,
};

interface Reading {
  readonly members: JsonBody['members'];
  readonly usage: Usage | undefined;
  readonly encoding: EmbeddingEncoding;
  readonly isEmpty: boolean;
}

/** Checks that a container's bytes are embeddings for all inputs, without reading a single float. */
function readOpenAiEmbeddings(reply: ReplyBytes, inputs: number | undefined): EmbeddingsAnswer {
  const { members, ...reading } = reply.inspect((bytes) => inspect(bytes, inputs));
  const data = members.get('data');
  return {
    ...reading,
    dataBytes: data === undefined ? 0 : data.end - data.start,
    rows: () => checkedRows(new JsonBody(reply.body, members), reading.encoding),
    relay: (model) => relay(reply, members, model),
  };
}

function inspect(bytes: Buffer, inputs: number | undefined): Reading {
  const skimmed = isUtf8(bytes) ? skimJsonObject(bytes) : undefined;
  if (skimmed === undefined) throw garbage(WHAT);
  const { body, elements } = skimmed;
  if (bytes.length <= MAX_STATED_ERROR_BYTES) refuseStatedError(statedFields(body));
  const count = elements.get('data');
  if (count === undefined || (inputs !== undefined && count !== inputs)) throw garbage(WHAT);
  const usage = readUsage(body.kind('usage') === 'object' ? body.value('usage') : undefined);
  const encoding = count === 0 ? 'float' : encodingOf(body);
  if (encoding === undefined) throw garbage(WHAT);
  return { members: body.members, usage, encoding, isEmpty: count === 0 };
}

/** The container's own bytes, but for `model` and what OpenAI requires besides. */
function relay(reply: ReplyBytes, members: JsonBody['members'], model: string): ReplyBytes {
  const replacements: Record<string, string> = { model: JSON.stringify(model) };
  if (members.get('object')?.kind !== 'string') replacements['object'] = '"list"';
  return reply.edited(editsOf(members, replacements, () => reply.inspect((bytes) => bytes.lastIndexOf(CLOSE_OBJECT))));
}

function checkedRows(body: JsonBody, encoding: EmbeddingEncoding): readonly Buffer[] {
  const rows = rowsOfData(body.raw('data') ?? Buffer.from('[]'));
  if (rows.some((row) => encodingOfRow(row) !== encoding)) throw garbage(WHAT);
  return rows;
}

/** The members in which a failure may be stated. */
function statedFields(body: JsonBody): Readonly<Record<string, unknown>> {
  const keys = ['error', 'object', 'status', 'message', 'code', 'param', 'type', 'detail'];
  return Object.fromEntries(keys.filter((key) => body.has(key)).map((key) => [key, body.value(key)]));
}

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

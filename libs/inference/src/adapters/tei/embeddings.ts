import { isUtf8 } from 'node:buffer';
import { encodingOfRow } from '../embeddings/embedding-rows.js';
import type { EmbeddingsAnswer, EmbeddingsDialect } from '../embeddings/embeddings-dialect.js';
import { rebuildJson } from '../openai/rebuild-json.js';
import { skimJsonArray } from '../openai/skim-json-array.js';
import { parseSmallAnswer } from '../openai/parse-small-answer.js';
import { openAiEmbeddings } from '../openai/openai-embeddings.js';
import { garbage, refuseStatedError } from '../openai/upstream-answers.js';

/** OpenAI's members that TEI has no words for. */
const NOT_TEI: ReadonlySet<string> = new Set(['model', 'input', 'encoding_format', 'user']);

/**
 * Text Embeddings Inference as SageMaker's DLC serves it on `/invocations`: `{"inputs"}` in, the bare list of vectors out,
 * and no count of tokens. An answer in OpenAI's shape, as TEI's own OpenAI route gives it, is understood as well.
 */
export const teiEmbeddings: EmbeddingsDialect = {
  choosesEncoding: false,
  path: '/embed',
  encode: ({ body, input }) => {
    const own = body.raw('input')?.toString('utf8') ?? 'null';
    // One text alone would be answered with one vector in a list all the same; a list is the form that cannot be misread.
    const inputs = input ?? (body.kind('input') === 'string' ? `[${own}]` : own);
    return rebuildJson(body, { drop: NOT_TEI, put: { inputs } }).bytes;
  },
  read: (reply, inputs, question) => readBareRows(reply.body, inputs) ?? openAiEmbeddings.read(reply, inputs, question),
};

function readBareRows(bytes: Buffer, inputs: number | undefined): EmbeddingsAnswer | undefined {
  if (!isUtf8(bytes)) throw garbage('a list of embeddings');
  const rows = skimJsonArray(bytes);
  if (rows === undefined) {
    refuseStatedError(parseSmallAnswer(bytes));
    return undefined;
  }
  if (inputs !== undefined && rows.length !== inputs) throw garbage('a list of embeddings');
  if (rows.some((row) => encodingOfRow(row) !== 'float')) throw garbage('a list of embeddings');
  return { encoding: 'float', usage: undefined, rows: () => rows };
}

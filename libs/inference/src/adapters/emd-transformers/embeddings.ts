import { GatewayError } from '#platform';
import { encodingOfRow } from '../embeddings/embedding-rows.js';
import type { EmbeddingsDialect, EmbeddingsQuestion } from '../embeddings/embeddings-dialect.js';
import { openAiEmbeddings } from '../openai/openai-embeddings.js';
import { rebuildJson } from '../openai/rebuild-json.js';
import { skimJsonArray } from '../openai/skim-json-array.js';
import { garbage } from '../openai/upstream-answers.js';
import { placesInAnswer } from './input-order.js';

const OTHER_WORDS: ReadonlySet<string> = new Set(['encoding_format', 'dimensions']);

/**
 * EMD's transformers backend (jina-embeddings-v3, bge-vl): always a list in, since a plain string is embedded letter by
 * letter; floats out, vectors of pairs nested once more than others, and counts that are null.
 */
export const emdTransformersEmbeddings: EmbeddingsDialect = {
  choosesEncoding: false,
  takesObjects: true,
  encode: (question) => {
    const { body, servedName } = question;
    const truncated = body.kind('dimensions') === 'number' ? body.raw('dimensions')?.toString('utf8') : undefined;
    return rebuildJson(body, {
      drop: OTHER_WORDS,
      put: {
        model: JSON.stringify(servedName),
        input: inputText(question),
        ...(truncated === undefined ? {} : { truncate_dim: truncated }),
      },
    }).bytes;
  },
  read: (reply, inputs, question) => {
    const answer = openAiEmbeddings.read(reply, inputs, question);
    const rows = answer.rows().map(unnest);
    const places = placesInAnswer(JSON.parse(inputText(question)) as unknown[]);
    const ordered = places.map((place) => {
      const row = rows[place];
      if (row === undefined || encodingOfRow(row) !== 'float') throw garbage('a list of embeddings');
      return row;
    });
    return { encoding: 'float', usage: answer.usage, rows: () => ordered };
  },
};

function inputText({ body, input }: EmbeddingsQuestion): string {
  const text = input ?? body.raw('input')?.toString('utf8') ?? '[]';
  const list = body.kind('input') === 'array' ? text : `[${text}]`;
  if (/^\[\s*[\d[]/.test(list)) {
    throw new GatewayError('invalid_type', "Invalid type for 'input': this model takes text, not tokens.", {
      param: 'input',
    });
  }
  return list;
}

function unnest(row: Buffer): Buffer {
  const inner = skimJsonArray(row);
  const [only] = inner ?? [];
  return inner?.length === 1 && only?.[0] === 0x5b ? only : row;
}

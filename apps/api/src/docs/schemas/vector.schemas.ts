import type { SchemaObject } from '../openapi.types.js';
import { arrayOf, decimal, flag, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

/** Embeddings and rerank. */
export const VECTOR_SCHEMAS = {
  EmbeddingsRequest: objectOf(
    {
      model: text('A model id, with or without its tag.'),
      input: {
        description: 'A text, texts, token ids, or arrays of token ids.',
        oneOf: [
          { type: 'string', minLength: 1 },
          { type: 'array', items: {}, minItems: 1 },
        ],
      },
      encoding_format: oneOfTexts(['float', 'base64'], 'How vectors are written; base64 is little-endian float32.'),
      dimensions: { ...integer('Length of the vectors, where the model can shorten them.'), minimum: 1 },
      user: text('Passed on.'),
    },
    ['model', 'input'],
  ),
  Embeddings: objectOf({
    object: { type: 'string', const: 'list' },
    model: text('The model name that was sent.'),
    data: arrayOf(
      objectOf({
        object: { type: 'string', const: 'embedding' },
        index: integer('Position of the input.'),
        embedding: { oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }] },
      }),
    ),
    usage: reference('Usage'),
  }),
  RerankRequest: objectOf(
    {
      model: text('A model id, with or without its tag.'),
      query: text('What to look for.'),
      documents: {
        ...arrayOf({ oneOf: [{ type: 'string' }, { type: 'object' }] }, 'Texts, or objects with `text`. Also `texts`.'),
        minItems: 1,
      },
      top_n: { ...integer('Best results to return; 0 or absent = all. Also `top_k`, `max_rerank`.'), minimum: 0 },
      return_documents: flag('Whether results carry their document.'),
    },
    ['model', 'query', 'documents'],
  ),
  RerankResults: objectOf({
    id: text('Of this answer.'),
    model: text('The model name that was sent.'),
    results: arrayOf(
      objectOf(
        {
          index: integer('Position of the document in the request.'),
          relevance_score: { type: 'number', description: 'Higher is nearer.' },
          document: { type: 'object', description: 'Where it was asked for.' },
        },
        ['index', 'relevance_score'],
      ),
      'Best first.',
    ),
    data: { type: 'array', items: { type: 'object' }, description: 'The same as `results`.' },
    usage: reference('Usage'),
  }),
  TranscriptionRequest: objectOf(
    {
      file: { type: 'string', contentMediaType: 'application/octet-stream', description: 'The audio file.' },
      model: text('A model id, with or without its tag.'),
      language: text('ISO 639-1 code of what is spoken.'),
      prompt: text('Words that may come up, or what was said before.'),
      response_format: oneOfTexts(['json', 'text', 'srt', 'vtt', 'verbose_json'], 'Form of the answer.'),
      temperature: decimal('Randomness.', 0, 1),
      'timestamp_granularities[]': arrayOf(oneOfTexts(['segment', 'word'], 'What gets times; with verbose_json.')),
      stream: flag('Send the transcript as server-sent events.'),
    },
    ['file', 'model'],
  ),
  Transcription: objectOf({
    text: text('The transcript.'),
    language: text('With verbose_json.'),
    duration: { type: 'number', description: 'Seconds; with verbose_json.' },
    segments: arrayOf({ type: 'object' }, 'With verbose_json.'),
    words: arrayOf({ type: 'object' }, 'With verbose_json and word timestamps.'),
  }),
} as const satisfies Record<string, SchemaObject>;

import { BATCH_ENDPOINTS, BATCH_STATUSES, COMPLETION_WINDOWS, UPLOAD_PURPOSES } from '#contracts';
import type { SchemaObject } from '../openapi.types.js';
import { arrayOf, flag, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

const optionalInteger = (description: string): SchemaObject => ({ type: ['integer', 'null'], description });
const optionalNumber = (description: string): SchemaObject => ({ type: ['number', 'null'], description });
const optionalText = (description: string): SchemaObject => ({ type: ['string', 'null'], description });

const expiresAfter = objectOf(
  {
    anchor: { type: 'string', const: 'created_at' },
    seconds: { ...integer('Seconds from then.'), minimum: 3600, maximum: 2_592_000 },
  },
  ['anchor', 'seconds'],
);

function listOf(name: string): SchemaObject {
  return objectOf({
    object: { type: 'string', const: 'list' },
    data: arrayOf(reference(name)),
    first_id: optionalText('Id of the first entry.'),
    last_id: optionalText('Id of the last entry; the next page comes after it.'),
    has_more: flag('Whether there is another page.'),
  });
}

/** What is stored or listed. */
export const RESOURCE_SCHEMAS = {
  Model: objectOf(
    {
      id: text('What requests name.'),
      object: { type: 'string', const: 'model' },
      created: integer('Unix seconds.'),
      owned_by: text('Owner.'),
      type: text('What the model is: chat, vision, embedding, rerank, …'),
    },
    ['id', 'object', 'created', 'owned_by'],
  ),
  ModelList: objectOf({ object: { type: 'string', const: 'list' }, data: arrayOf(reference('Model')) }),
  Capacity: objectOf(
    {
      object: { type: 'string', const: 'capacity' },
      endpoint: text('The endpoint, and after a hyphen its inference component where there is one.'),
      models: arrayOf({ type: 'string' }, 'The models that run there.'),
      decided_at: optionalInteger('Unix seconds; all that follows is as it was then.'),
      phase: optionalText('alone, listening, quiet or dense; bulk yields while realtime is dense.'),
      budget: optionalInteger('Calls that the endpoint works on at once.'),
      granted: optionalInteger('Calls that bulk may have in flight.'),
      realtime: optionalInteger('Realtime calls in flight.'),
      bulk: optionalInteger('Calls of bulk in flight.'),
      baseline_ms: optionalNumber('Milliseconds that realtime takes with bulk out of its way.'),
      gradient: optionalNumber('How many times as long it takes now.'),
    },
    ['object', 'endpoint', 'models'],
  ),
  CapacityList: objectOf({ object: { type: 'string', const: 'list' }, data: arrayOf(reference('Capacity')) }),
  FileUpload: objectOf(
    {
      purpose: oneOfTexts(UPLOAD_PURPOSES, 'What the file is for.'),
      file: { type: 'string', contentMediaType: 'application/octet-stream', description: 'The content.' },
      'expires_after[anchor]': { type: 'string', const: 'created_at' },
      'expires_after[seconds]': integer('Seconds from then.'),
    },
    ['purpose', 'file'],
  ),
  File: objectOf({
    id: text('What batches name.'),
    object: { type: 'string', const: 'file' },
    bytes: integer('Size.'),
    created_at: integer('Unix seconds.'),
    expires_at: optionalInteger('Unix seconds.'),
    filename: text('As uploaded.'),
    purpose: text('As uploaded, or batch_output.'),
    status: text('Deprecated by OpenAI; always processed.'),
  }),
  FileList: listOf('File'),
  DeletedFile: objectOf({
    id: text('Of the file.'),
    object: { type: 'string', const: 'file' },
    deleted: flag('Done.'),
  }),
  BatchRequest: objectOf(
    {
      input_file_id: text('A JSONL file: one object with custom_id, method, url and body a line.'),
      endpoint: oneOfTexts(BATCH_ENDPOINTS, 'What all lines call.'),
      completion_window: oneOfTexts(Object.keys(COMPLETION_WINDOWS), 'When it has to be done.'),
      metadata: { type: ['object', 'null'], additionalProperties: { type: 'string' }, description: 'Up to 16 pairs.' },
      output_expires_after: expiresAfter,
    },
    ['input_file_id', 'endpoint', 'completion_window'],
  ),
  Batch: objectOf({
    id: text('Of the batch.'),
    object: { type: 'string', const: 'batch' },
    endpoint: text('What all lines call.'),
    status: oneOfTexts(BATCH_STATUSES, 'How far it is.'),
    input_file_id: text('The lines.'),
    output_file_id: optionalText('Results, in input order.'),
    error_file_id: optionalText('Lines that failed.'),
    request_counts: objectOf({
      total: integer('Lines.'),
      completed: integer('Lines that succeeded.'),
      failed: integer('Lines that failed.'),
    }),
    created_at: integer('Unix seconds.'),
    completed_at: optionalInteger('Unix seconds.'),
    expires_at: optionalInteger('Unix seconds; what is not done by then, is not done.'),
    errors: { type: ['object', 'null'], description: 'Why the input was refused.' },
    metadata: { type: ['object', 'null'] },
    retry_of: text('The batch whose lines it runs again; only in retries.'),
  }),
  BatchList: listOf('Batch'),
  Error: objectOf(
    {
      error: objectOf(
        {
          message: text('What is wrong and what to do.'),
          type: text('Kind of failure.'),
          param: optionalText('The field at fault.'),
          code: optionalText('For programs.'),
        },
        ['message', 'type', 'param', 'code'],
      ),
    },
    ['error'],
  ),
  Alive: objectOf({ status: { type: 'string', const: 'ok' } }),
  Readiness: objectOf({
    status: oneOfTexts(['ready', 'not_ready'], 'Of the process.'),
    checks: arrayOf(
      objectOf({ name: text('What was looked at.'), ok: flag('Works.'), detail: text('What does not.') }),
    ),
  }),
} as const satisfies Record<string, SchemaObject>;

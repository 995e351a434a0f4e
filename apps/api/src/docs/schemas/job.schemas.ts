import {
  BATCH_STATUSES,
  COMPLETION_WINDOWS,
  CREATABLE_JOB_TYPES,
  INPUT_FORMATS,
  OUTPUT_FORMATS,
  VECTOR_TYPES,
  JOB_KINDS,
  JOB_PRIORITIES,
  TIMESTAMP_GRANULARITIES,
  TRANSCRIPTION_FORMATS,
} from '#contracts';
import type { SchemaObject, SchemaType } from '../openapi.types.js';
import { arrayOf, flag, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

const optional = (type: SchemaType, description: string): SchemaObject => ({ type: [type, 'null'], description });

/** What the routes of jobs take and give. */
export const JOB_SCHEMAS = {
  JobRequest: objectOf(
    {
      type: oneOfTexts(CREATABLE_JOB_TYPES, 'What to do with the file.'),
      model: text('Model that embeds the texts, or hears the recording.'),
      input_file_id: optional('string', 'File uploaded with purpose batch or user_data. This, input_s3 or input_url.'),
      input_s3: optional('string', 'The input as s3://bucket/key, in a bucket that an operator has allowed.'),
      input_url: optional('string', 'An https address of a recording, where an operator lets them be fetched.'),
      input_format: {
        type: ['string', 'null'],
        enum: [...INPUT_FORMATS, null],
        description: "An object or a text a line, or a table. By default the file's name or its beginning decides.",
      },
      text_field: optional('string', 'Member, or column, that holds the text. Default: text, else input.'),
      id_field: optional('string', 'Member, or column, that names a line in the output. Default: id, if any.'),
      delimiter: optional('string', 'What stands between the fields of a csv. Default: a comma, a tab for .tsv.'),
      encoding_format: { type: ['string', 'null'], enum: ['float', 'base64', null], description: 'Form of vectors.' },
      dry_run: optional(
        'boolean',
        'Whether to read and check the input and say what it would take, and to run nothing.',
      ),
      deduplicate: optional('boolean', 'Whether equal texts are embedded once.'),
      output_format: { type: ['string', 'null'], enum: [...OUTPUT_FORMATS, null], description: 'Default: jsonl.' },
      output_dtype: {
        type: ['string', 'null'],
        enum: [...VECTOR_TYPES, null],
        description: 'Numbers of the vectors of a parquet. Default: float32.',
      },
      dimensions: { type: ['integer', 'null'], minimum: 1, description: 'Length of vectors.' },
      task: {
        type: ['string', 'null'],
        enum: ['transcribe', 'translate', null],
        description: 'Of a recording: written down in its own language, or in English.',
      },
      response_format: {
        type: ['string', 'null'],
        enum: [...TRANSCRIPTION_FORMATS, null],
        description: 'Form of the transcript. Default: verbose_json.',
      },
      timestamp_granularities: {
        type: ['array', 'null'],
        items: { type: 'string', enum: [...TIMESTAMP_GRANULARITIES] },
        description: 'What a verbose_json transcript times. Default: segment.',
      },
      language: optional('string', 'Of the recording, as ISO 639-1. Default: what its beginning is heard as.'),
      prompt: optional('string', 'Words that the model may expect.'),
      temperature: { type: ['number', 'null'], minimum: 0, maximum: 1, description: 'Of the model.' },
      completion_window: {
        type: ['string', 'null'],
        enum: [...Object.keys(COMPLETION_WINDOWS), null],
        description: 'When it has to be done. Default: 24h.',
      },
      priority: {
        type: ['string', 'null'],
        enum: [...JOB_PRIORITIES, null],
        description: "Among the caller's own jobs. Default: normal.",
      },
      metadata: { type: ['object', 'null'], additionalProperties: { type: 'string' }, description: 'Up to 16 pairs.' },
      output_expires_after: optional('object', 'As in a batch.'),
    },
    ['type', 'model'],
  ),
  Job: objectOf({
    id: text('Of the job.'),
    object: { type: 'string', const: 'job' },
    type: oneOfTexts(JOB_KINDS, 'What it does.'),
    status: oneOfTexts(BATCH_STATUSES, 'How far it is.'),
    endpoint: text('What its lines call.'),
    model: optional('string', 'What they call there.'),
    input_file_id: optional('string', 'The lines, or the recording.'),
    input_s3: text('The input, where it is no file.'),
    input_url: text('The same of a recording; without its query.'),
    output_file_id: optional('string', 'Results, in input order, once it has ended.'),
    error_file_id: optional('string', 'Lines without a result, once it has ended.'),
    results_url: text('Path of the rows that are done.'),
    priority: oneOfTexts(JOB_PRIORITIES, "Among the tenant's own jobs."),
    created_at: integer('Unix seconds.'),
    ended_at: optional('integer', 'Unix seconds.'),
    expires_at: integer('Unix seconds; what is not done by then, is not done.'),
    progress: objectOf({
      unit: oneOfTexts(['lines', 'audio_seconds'], 'What is counted: lines, or seconds of a recording.'),
      total: optional('integer', 'All of it; null until the file has been read.'),
      done: integer('What has its result, failures included.'),
      failed: integer('Failures.'),
      per_second: optional('number', 'So many a second over the last minute; null where nothing was measured.'),
      eta_seconds: optional('integer', 'For the rest at that speed; null while nothing moves.'),
    }),
    estimate: {
      type: ['object', 'null'],
      description: 'Of a dry run alone: what a run would take; null until the input has been read.',
      properties: {
        lines: integer('Texts.'),
        tokens: integer('Bytes of the texts over bytes_per_token.'),
        bytes_per_token: { type: 'number', description: 'Measured in measured_job, else 4.' },
        calls: integer('Calls at least, many texts to one where the model allows it.'),
        seconds: optional('integer', 'At the speed of measured_job.'),
        measured_job: optional('string', 'Your last job of the model that tells something.'),
      },
    },
    waiting: {
      type: ['object', 'null'],
      description: 'Why it stands still, where it does.',
      properties: { reason: text('As a worker saw it.'), seen_at: integer('Unix seconds.') },
    },
    errors: optional('object', 'Why the input was refused.'),
    usage: optional('object', 'Tokens, once it has ended.'),
    yielded: {
      type: 'object',
      description: 'Calls that were given up so that realtime need not wait, and made again; where there were any.',
      properties: {
        calls: integer('How many.'),
        seconds: { type: 'number', description: 'That they had taken in all.' },
      },
    },
    waited_seconds: {
      type: 'number',
      description: 'For which its parts stood still for want of capacity, added up; where there were any.',
    },
    metadata: optional('object', 'As it was given.'),
    retry_of: optional('string', 'The job whose lines it runs again.'),
  }),
  JobList: objectOf({
    object: { type: 'string', const: 'list' },
    data: arrayOf(reference('Job')),
    first_id: optional('string', 'Id of the first entry.'),
    last_id: optional('string', 'Id of the last entry; the next page comes after it.'),
    has_more: flag('Whether there is another page.'),
  }),
} as const satisfies Record<string, SchemaObject>;

import { TRANSCRIPTION_FORMATS } from '#contracts';
import type { OperationDefinition, ParameterObject, ResponseObject, SchemaObject } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

const pathParameter = (name: string, description: string): ParameterObject => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

const header = (name: string, description: string): ParameterObject => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

const jobId = pathParameter('jobId', 'Id of a job, or of a batch.');
const batchId = pathParameter('batchId', 'Id of a batch.');

const after: ParameterObject = {
  name: 'after',
  in: 'query',
  description: 'The `sluice-results-cursor` of an answer before: only rows that came since.',
  schema: { type: 'string' },
};

const rows: Readonly<Record<string, ResponseObject>> = {
  '200': {
    description:
      'Rows of the parts that are done, in input order, failures among them. `sluice-results-complete` says whether these are all, `sluice-results-cursor` where to go on.',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  },
};

const accepted = (schema: SchemaObject): Readonly<Record<string, ResponseObject>> => ({
  '202': { description: 'Accepted; `Location` says where it is, `Retry-After` when to look.', content: json(schema) },
});

const RESULTS_TEXT = 'Works while the job runs. What is not finished yet is left out.';
const RETRY_TEXT =
  'Runs the lines that failed, expired or were cancelled again, as a job of their own. Asked again, it is the same job.';

export const JOB_OPERATIONS: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/batches/{batchId}/retry',
    operationId: 'retryBatch',
    tag: 'Batches',
    summary: 'Retry the lines without an answer',
    description: RETRY_TEXT,
    parameters: [batchId],
    responses: answers('The new batch.', reference('Batch')),
  },
  {
    method: 'get',
    path: '/v1/batches/{batchId}/results',
    operationId: 'readBatchResults',
    tag: 'Batches',
    summary: 'Read the rows that are done',
    description: RESULTS_TEXT,
    parameters: [batchId, after],
    responses: rows,
  },
  {
    method: 'post',
    path: '/v1/jobs',
    operationId: 'createJob',
    tag: 'Jobs',
    summary: 'Start a job',
    description:
      'Embeds the texts of a file, or transcribes a recording. Batches are started under /v1/batches and appear here, too.',
    requestBody: { required: true, content: json(reference('JobRequest')) },
    responses: accepted(reference('Job')),
  },
  {
    method: 'get',
    path: '/v1/jobs',
    operationId: 'listJobs',
    tag: 'Jobs',
    summary: 'List jobs, batches among them',
    parameters: [
      { name: 'after', in: 'query', description: 'Id that the page comes after.', schema: { type: 'string' } },
      { name: 'limit', in: 'query', description: 'Entries.', schema: { type: 'integer', minimum: 1, maximum: 100 } },
    ],
    responses: answers('A page.', reference('JobList')),
  },
  {
    method: 'get',
    path: '/v1/jobs/{jobId}',
    operationId: 'retrieveJob',
    tag: 'Jobs',
    summary: 'Show a job',
    description:
      'Has an ETag. With `Prefer: wait=30` it answers once the job has changed or ended, after 60 s at most.',
    parameters: [
      jobId,
      header('Prefer', '`wait=N` in seconds (RFC 7240).'),
      header('If-None-Match', 'An ETag: 304 while the job is still that.'),
    ],
    responses: { ...answers('The job.', reference('Job')), '304': { description: 'As the ETag says.' } },
  },
  {
    method: 'get',
    path: '/v1/jobs/{jobId}/events',
    operationId: 'followJob',
    tag: 'Jobs',
    summary: 'Follow a job',
    description:
      'Server-sent events: `job` with the job at first and whenever it changes, `end` once it has ended. A stream that ends without `end` is to be asked for again.',
    parameters: [
      jobId,
      header('Last-Event-ID', 'Of the last event that came: nothing is sent until the job is another than that.'),
    ],
    responses: {
      '200': { description: 'The events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      '204': { description: 'The job has ended, and `Last-Event-ID` says that this is known.' },
    },
  },
  {
    method: 'post',
    path: '/v1/jobs/{jobId}/cancel',
    operationId: 'cancelJob',
    tag: 'Jobs',
    summary: 'Cancel a job',
    description: 'Finished lines are kept.',
    parameters: [jobId],
    responses: answers('The job.', reference('Job')),
  },
  {
    method: 'post',
    path: '/v1/jobs/{jobId}/retry',
    operationId: 'retryJob',
    tag: 'Jobs',
    summary: 'Retry the lines without an answer',
    description: RETRY_TEXT,
    parameters: [jobId],
    responses: accepted(reference('Job')),
  },
  {
    method: 'get',
    path: '/v1/jobs/{jobId}/transcript',
    operationId: 'readTranscript',
    tag: 'Jobs',
    summary: 'Read what has been heard of a recording',
    description: 'Works while the job runs; `sluice-results-complete` says whether it is all of the recording.',
    parameters: [
      jobId,
      {
        name: 'response_format',
        in: 'query',
        description: "Default: the job's own.",
        schema: { type: 'string', enum: [...TRANSCRIPTION_FORMATS] },
      },
    ],
    responses: { '200': { description: 'The transcript.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  },
  {
    method: 'get',
    path: '/v1/jobs/{jobId}/results',
    operationId: 'readJobResults',
    tag: 'Jobs',
    summary: 'Read the rows that are done',
    description: RESULTS_TEXT,
    parameters: [jobId, after],
    responses: rows,
  },
];

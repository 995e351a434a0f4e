import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import { newJobRecord } from './new-job-record.js';

/** The first chunk of a running job with so many lines. */
export function newChunkContext(requests: number): ChunkContext {
  const record = newJobRecord({ status: 'in_progress', model: 'model/dev', total: requests });
  const planned = { first: 0, last: 99, request: 0, requests };
  const input = { key: 't/acme/files/input/content', etag: '"input"', bytes: 100 };
  const plan = { version: 1, jobId: record.id, model: 'model/dev', input, total: requests, chunks: [planned] } as const;
  return { record, plan, chunk: 0, planned };
}

/** Lines `line-0`, `line-1`, … whose inputs are `text 0`, `text 1`, … */
export function newChunkLines(requests: number): ChunkLine[] {
  return Array.from({ length: requests }, (_, request) => ({
    request,
    customId: `line-${request}`,
    body: Buffer.from(JSON.stringify({ model: 'model/dev', input: `text ${request}` })),
  }));
}

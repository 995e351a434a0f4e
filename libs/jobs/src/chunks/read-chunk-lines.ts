import type { JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { embeddingBody, readEmbeddingLine } from '../embeddings/read-embedding-line.js';
import { isBlankLine, scanLine } from '../plan/check-request-line.js';
import { LineSplitter, type InputLine } from '../plan/split-lines.js';
import { Turns } from '../plan/turns.js';
import { toFileOrder } from '../recordings/spoken-line.js';
import { pieceLines } from '../recordings/piece-lines.js';
import { gatherEqualLines } from './equal-lines.js';
import type { ChunkContext, ChunkLine } from './job-context.js';

/**
 * The requests of one chunk, read as a byte range of the very input that was planned; equal ones as one where the job
 * says so.
 *
 * @throws GatewayError `precondition_failed` or `not_found` when the input is not that object any more, `storage_unavailable`,
 * `conflict` while another chunk must be done first.
 */
export async function readChunkLines(
  store: ObjectStore,
  context: ChunkContext,
  signal?: AbortSignal,
): Promise<ChunkLine[]> {
  const { plan, planned } = context;
  const { transcription } = context.record;
  if (transcription !== undefined) return await pieceLines(store, context, transcription);
  const { body } = await store.get(plan.input.key, {
    range: { first: planned.first, last: planned.last },
    ifMatch: plan.input.etag,
    ...(signal === undefined ? {} : { signal }),
  });
  const lines: ChunkLine[] = [];
  const turns = new Turns();
  for (const line of linesOf(body)) {
    if (turns.step()) await turns.pass();
    if (isBlankLine(line)) continue;
    const request = planned.request + lines.length;
    lines.push({
      request,
      ...(planned.line === undefined ? {} : { line: planned.line + line.number - 1 }),
      ...readCall(context.record, request, line.bytes),
    });
  }
  if (lines.length !== planned.requests) {
    throw new GatewayError('internal_error', 'A chunk of the input does not hold the lines that were planned.', {
      details: { jobId: plan.jobId, chunk: context.chunk, planned: planned.requests, found: lines.length },
    });
  }
  return context.record.embeddings?.deduplicate === true ? gatherEqualLines(lines) : lines;
}

/** The call that a line stands for, by the job's kind. */
function readCall(
  record: JobRecord,
  request: number,
  bytes: Buffer,
): Pick<ChunkLine, 'customId' | 'body' | 'scanned' | 'line'> {
  const { endpoint, embeddings: order } = record;
  if (order === undefined) {
    const { outer, inner } = scanLine(bytes);
    const customId = String(outer.value('custom_id'));
    const body = inner?.bytes ?? outer.raw('body') ?? Buffer.alloc(0);
    if (endpoint === '/v1/audio/transcriptions') return { customId, body: toFileOrder(record, request, body) };
    return { customId, body, scanned: inner };
  }
  const read = readEmbeddingLine(bytes, order);
  if (!read.ok) throw new GatewayError('internal_error', 'A line of the input is not what it was when it was planned.');
  const { id, line } = read.line;
  const call = { customId: id?.toString('utf8') ?? '', body: embeddingBody(read.line, order) };
  return line === undefined ? call : { ...call, line };
}

function* linesOf(body: Buffer): Generator<InputLine> {
  const splitter = new LineSplitter(body.length);
  yield* splitter.push(body);
  yield* splitter.end();
}

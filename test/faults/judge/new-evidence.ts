import type { WitnessRecord } from '../../setup/processes.js';
import type { JobRecord } from '#contracts';
import { makeLines } from '../harness/lines.js';
import type { Evidence, StoredFile, StoredRow, SubmittedLine } from './evidence.js';
import { answerTo } from './judge-rows.js';

const CREATED_AT_MS = 1_795_000_000_000;
const DAY_MS = 86_400_000;
const TOKENS = 3;

/** A witnessed call that asked these lines and began so long after the job was made. */
export function newCall(
  lines: readonly SubmittedLine[],
  afterMs = 100,
  more: Partial<WitnessRecord> = {},
): WitnessRecord {
  return {
    sequence: 1,
    time: new Date(CREATED_AT_MS + afterMs).toISOString(),
    endpoint: 'endpoint',
    operation: 'InvokeEndpoint',
    inputs: lines.map(({ digest }) => digest),
    model: 'model',
    concurrency: 1,
    requestId: 'request',
    state: 'ended',
    outcome: 'ok',
    durationMs: 10,
    ...more,
  };
}

export function answerRow(line: SubmittedLine, more: Partial<StoredRow> = {}): StoredRow {
  const usage = { prompt_tokens: TOKENS, total_tokens: TOKENS };
  const body = { data: [{ embedding: answerTo(line) }], usage };
  return {
    id: `row-${line.customId}`,
    custom_id: line.customId,
    response: { status_code: 200, body },
    error: null,
    ...more,
  };
}

export function errorRow(customId: string | null, code = 'batch_cancelled'): StoredRow {
  return { id: `row-${customId}`, custom_id: customId, response: null, error: { code, message: code } };
}

export function fileOf(id: string, rows: readonly StoredRow[]): StoredFile {
  const content = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { id, recordedBytes: content.length, content };
}

/** What a job of four lines leaves that completed as it should. */
export function newEvidence(): Evidence {
  const lines = makeLines('line', 4);
  const record: JobRecord = {
    version: 1,
    id: 'batch_1',
    kind: 'batch',
    tenant: 'default',
    keyId: 'key',
    endpoint: '/v1/embeddings',
    inputFileId: 'file-input',
    completionWindow: '24h',
    metadata: null,
    outputExpiresAfterSeconds: null,
    status: 'completed',
    createdAtMs: CREATED_AT_MS,
    deadlineMs: CREATED_AT_MS + DAY_MS,
    inProgressAtMs: CREATED_AT_MS + 50,
    finalizingAtMs: CREATED_AT_MS + 200,
    cancellingAtMs: null,
    endedAtMs: CREATED_AT_MS + 300,
    outcome: 'completed',
    model: 'model',
    total: 4,
    errors: null,
    counts: { total: 4, completed: 4, failed: 0 },
    usage: {
      input_tokens: 4 * TOKENS,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 4 * TOKENS,
    },
    outputFileId: 'file-output',
    errorFileId: null,
  };
  return {
    lines,
    record,
    output: fileOf(
      'file-output',
      lines.map((line) => answerRow(line)),
    ),
    errors: null,
    filesOfJob: ['file-output'],
    calls: lines.map((line) => newCall([line])),
    sightings: [
      { status: 'validating', total: 0, completed: 0, failed: 0 },
      { status: 'in_progress', total: 4, completed: 2, failed: 0 },
      { status: 'completed', total: 4, completed: 4, failed: 0 },
    ],
  };
}

/** The same with some rows of the output changed. */
export function withOutput(change: (rows: StoredRow[]) => StoredRow[]): Evidence {
  const evidence = newEvidence();
  return { ...evidence, output: fileOf('file-output', change(evidence.lines.map((line) => answerRow(line)))) };
}

/** The same with a record that says something else. */
export function withRecord(change: Partial<JobRecord>): Evidence {
  const evidence = newEvidence();
  return { ...evidence, record: { ...evidence.record, ...change } };
}

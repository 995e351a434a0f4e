import { setTimeout as delay } from 'node:timers/promises';
import { objectKeys, TERMINAL_STATUSES, type BatchObject, type ChunkCommit, type JobRecord } from '#contracts';
import { JOBS_FACE } from '../records/job-faces.js';
import { TENANT, type TestBulk } from './create-test-bulk.js';

const NEVER = new AbortController().signal;
const MAX_ROUNDS = 40;

export function requestLine(customId: string, input: string, model = 'model/dev'): string {
  const body = { model, input };
  return JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/embeddings', body });
}

/** Lines `line-0`, `line-1`, … whose inputs are `text 0`, `text 1`, … */
export function requestLines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => requestLine(`line-${index}`, `text ${index}`));
}

export async function* streamOf(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (const piece of pieces) yield Buffer.from(piece);
}

export async function uploadInput(bulk: TestBulk, lines: readonly string[], tenant = TENANT): Promise<string> {
  const content = streamOf(lines.map((line) => `${line}\n`).join(''));
  const file = await bulk.files.create({ tenant, filename: 'input.jsonl', purpose: 'batch', content });
  return file.id;
}

export async function createBatch(bulk: TestBulk, inputFileId: string, tenant = TENANT): Promise<BatchObject> {
  const request = { input_file_id: inputFileId, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
  return await bulk.batches.create({ tenant, keyId: 'key-1' }, request);
}

/** A planned job over the lines, not yet dispatched. */
export async function startJob(bulk: TestBulk, lines: readonly string[], tenant = TENANT): Promise<string> {
  const { id } = await createBatch(bulk, await uploadInput(bulk, lines, tenant), tenant);
  await bulk.planner.plan(tenant, id);
  return id;
}

export async function runChunk(bulk: TestBulk, jobId: string, chunk: number, stop: AbortSignal = NEVER) {
  return await bulk.runner.run({ version: 1, tenant: TENANT, jobId, chunk }, stop);
}

/** What processors and timers do, one thing after the other, until the job has ended and is cleaned up. */
export async function driveToEnd(bulk: TestBulk, jobId: string, tenant = TENANT): Promise<JobRecord> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await bulk.sweeper.sweep();
    await drainQueue(bulk);
    const record = await bulk.jobs.read(tenant, jobId, JOBS_FACE);
    if (TERMINAL_STATUSES.has(record.status) && !(await hasMarker(bulk, tenant, jobId))) return record;
  }
  throw new Error(`the job ${jobId} has not ended after ${MAX_ROUNDS} rounds`);
}

/** Runs all that stands in the queues, once each. */
export async function drainQueue(bulk: TestBulk): Promise<void> {
  for (let task = bulk.queue.takeControl(); task !== undefined; task = bulk.queue.takeControl()) {
    await bulk.control.run(task);
  }
  for (let chunk = bulk.queue.takeChunk(); chunk !== undefined; chunk = bulk.queue.takeChunk()) {
    await bulk.runner.run(chunk, NEVER);
  }
}

async function hasMarker(bulk: TestBulk, tenant: string, jobId: string): Promise<boolean> {
  const { objects } = await bulk.store.list(objectKeys.activeMarker(tenant, jobId));
  return objects.length > 0;
}

export async function readCommit(bulk: TestBulk, jobId: string, chunk: number): Promise<ChunkCommit | undefined> {
  return (await bulk.records.read<ChunkCommit>(objectKeys.commit(TENANT, jobId, chunk)))?.value;
}

export interface OutputRow {
  readonly id: string;
  readonly custom_id: string;
  readonly response: { readonly status_code: number; readonly body: Readonly<Record<string, unknown>> } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The rows of an output or error file, of a batch or as `Row` says; none for `null`. */
export async function readRows<Row = OutputRow>(
  bulk: TestBulk,
  fileId: string | null,
  tenant = TENANT,
): Promise<Row[]> {
  if (fileId === null) return [];
  const { body } = await bulk.store.get(objectKeys.fileContent(tenant, fileId));
  return parseRows<Row>(body);
}

export function parseRows<Row = OutputRow>(bytes: Buffer): Row[] {
  return bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}

export async function listKeys(bulk: Pick<TestBulk, 'store'>, prefix: string): Promise<string[]> {
  const { objects } = await bulk.store.list(prefix);
  return objects.map(({ key }) => key.slice(prefix.length));
}

/** Resolves once the condition holds; asks again as long as it does not, for ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('what was waited for did not happen within ten seconds');
    await delay(2);
  }
}

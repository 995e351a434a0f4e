import OpenAI from 'openai';
import { objectKeys } from '#contracts';
import { createBatch, uploadInput } from '../../e2e/support/batches.js';
import type { SubmittedLine } from '../judge/evidence.js';
import { judgeRefused } from '../judge/judge-calls.js';
import { toInput } from './lines.js';
import type { Stage } from './stage.js';
import { TENANT } from './stored-objects.js';
import type { WatchedJob } from './watched-job.js';

/** What became of an upload and a create: accepted, answered with an error, or cut off without an answer. */
export type Attempt = { readonly lines: readonly SubmittedLine[] } & (
  | { readonly kind: 'accepted'; readonly jobId: string }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'cut' }
);

export async function attemptCreate(stage: Stage, count: number): Promise<Attempt> {
  const lines = stage.lines(count);
  return await attempt(lines, async () => {
    const input = await uploadInput(stage.client, toInput(lines));
    return (await createBatch(stage.client, input)).id;
  });
}

/** The same over a file that stands already. */
export async function attemptBatch(
  stage: Stage,
  lines: readonly SubmittedLine[],
  inputFileId: string,
): Promise<Attempt> {
  return await attempt(lines, async () => (await createBatch(stage.client, inputFileId)).id);
}

async function attempt(lines: readonly SubmittedLine[], create: () => Promise<string>): Promise<Attempt> {
  try {
    return { kind: 'accepted', lines, jobId: await create() };
  } catch (error) {
    if (error instanceof OpenAI.APIError && typeof error.status === 'number')
      return { kind: 'refused', lines, status: error.status };
    if (error instanceof OpenAI.APIConnectionError) return { kind: 'cut', lines };
    throw error;
  }
}

/**
 * Settles every job that stands in the bucket, whether its maker got an answer or not, and looks for each attempt: what
 * was accepted has a job, what was answered with an error has made no call.
 *
 * @returns complaints
 */
export async function settleAttempts(stage: Stage, attempts: readonly Attempt[]): Promise<string[]> {
  const jobs = await jobsByFirstLine(stage, attempts);
  for (const job of jobs.values()) await stage.settle(job);
  const calls = await stage.system.witness();
  return attempts.flatMap((made) => {
    const hasJob = jobs.has(made.lines[0]?.customId ?? '');
    if (made.kind === 'accepted') return hasJob ? [] : [`job ${made.jobId} was accepted and is not there`];
    return made.kind === 'refused' || !hasJob ? judgeRefused(made.lines, calls) : [];
  });
}

async function jobsByFirstLine(stage: Stage, attempts: readonly Attempt[]): Promise<Map<string, WatchedJob>> {
  const found = new Map<string, WatchedJob>();
  for (const jobId of await stage.objects.jobIds()) {
    const record = await stage.objects.job(jobId);
    // Of a create that was answered with an error: such a record is no job, and its marker stays for an hour.
    if (record === undefined || record.withdrawn === true) continue;
    const input = await stage.objects.find(objectKeys.fileContent(TENANT, record.inputFileId));
    const text = input?.body.toString() ?? '';
    const made = attempts.find(({ lines }) => text.startsWith(toInput(lines.slice(0, 1))));
    const first = made?.lines[0];
    if (made !== undefined && first !== undefined)
      found.set(first.customId, stage.watch(jobId, record.inputFileId, made.lines));
  }
  return found;
}

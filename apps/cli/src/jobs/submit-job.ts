import { randomUUID } from 'node:crypto';
import type { JobObject } from '#contracts';
import { COMMAND } from '../command-name.js';
import { checkOneOutput, type CommandContext } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { openInput } from '../transfer/open-input.js';
import { uploadFile } from '../transfer/upload-file.js';
import { fetchResults, type ResultTargets } from './fetch-results.js';
import { followJob, tellEnd } from './follow-job.js';

/** What happens behind the create. */
export interface AfterwardsOptions extends ResultTargets {
  readonly detach?: boolean;
}

export interface Submission {
  readonly file: string;
  readonly purpose: 'batch' | 'user_data';
  /** Route that creates it. */
  readonly path: '/batches' | '/jobs';
  /** Checked before the file is sent, where it is known. */
  readonly model?: string | undefined;
  order(fileId: string): Readonly<Record<string, unknown>>;
}

/** Sends a file, makes a job of it, and sees it to its end unless told otherwise. @returns the exit code */
export async function submitJob(
  context: CommandContext,
  submission: Submission,
  afterwards: AfterwardsOptions,
): Promise<number> {
  const { api, reporter, interruption } = context;
  checkOneOutput(context.json, afterwards.output, afterwards.errors);
  const input = await openInput(submission.file);
  interruption.advice = 'Nothing was submitted.';
  // A key, a model or an address that is wrong should not show only after gigabytes.
  await api.json({ path: '/jobs?limit=1' });
  if (submission.model !== undefined) await api.json({ path: `/models/${encodeURIComponent(submission.model)}` });
  const { id: fileId } = await uploadFile(api, input, submission.purpose, reporter);
  interruption.advice = `Whether the job was accepted is not known; ${COMMAND} list shows it.`;
  const created = await api.json<{ readonly id: string }>({
    method: 'POST',
    path: submission.path,
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify(submission.order(fileId)),
  });
  reporter.say(`${created.body.id} is accepted`);
  return await seeThrough(context, created.body.id, afterwards);
}

/** Follows a job that was just made, and fetches what it comes to. @returns the exit code */
export async function seeThrough(
  context: CommandContext,
  jobId: string,
  { detach, output, errors }: AfterwardsOptions,
): Promise<number> {
  if (detach === true) {
    const { body } = await context.api.json<JobObject>({ path: `/jobs/${jobId}` });
    context.print(context.json ? JSON.stringify(body) : jobId);
    return EXIT_CODES.done;
  }
  const job = await followJob(context, jobId);
  const exitCode = tellEnd(context, job);
  if (output === undefined && errors === undefined) {
    if (!context.json) for (const hint of nextCommands(job)) context.reporter.say(hint);
    return exitCode;
  }
  return Math.max(exitCode, await fetchResults(context, job, { output, errors }));
}

function nextCommands(job: JobObject): string[] {
  return [
    job.output_file_id === null ? '' : `  Results: ${COMMAND} results ${job.id} -o results.jsonl`,
    job.error_file_id === null ? '' : `  What failed: ${COMMAND} results ${job.id} --errors errors.jsonl`,
    job.error_file_id === null ? '' : `  Again, what failed: ${COMMAND} retry ${job.id}`,
  ].filter((line) => line !== '');
}

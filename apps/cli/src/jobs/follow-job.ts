import { setTimeout as delay } from 'node:timers/promises';
import type { JobObject } from '#contracts';
import { COMMAND } from '../command-name.js';
import type { CommandContext } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { renderJobProgress } from '../terminal/progress-bar.js';
import { describeEnd, isEnded, isWhole } from './describe-job.js';
import { jobPath } from './job-path.js';

const WAIT_SECONDS = 20;
const ANSWER_MS = (WAIT_SECONDS + 15) * 1000;
/** A server that does not wait is asked no more often. */
const MIN_LOOK_MS = 500;

/** Shows how far a job is until it has ended; each look waits for news on the server's side. @returns its last state */
export async function followJob(context: CommandContext, jobId: string): Promise<JobObject> {
  const { api, interruption, reporter, json, print } = context;
  const path = jobPath(jobId);
  interruption.advice = `${jobId} goes on without this command. Look again: ${COMMAND} watch ${jobId}; stop it: ${COMMAND} cancel ${jobId}`;
  let status = '';
  let etag: string | undefined;
  for (;;) {
    const askedAtMs = performance.now();
    const headers: Record<string, string> =
      etag === undefined ? {} : { prefer: `wait=${WAIT_SECONDS}`, 'if-none-match': etag };
    const answer = await api.json<JobObject | undefined>({ path, headers, answerMs: ANSWER_MS });
    const job = answer.body;
    if (job !== undefined) {
      etag = [answer.headers['etag']].flat()[0];
      reporter.show(renderJobProgress(job), job.status !== status);
      if (json) print(JSON.stringify(job));
      status = job.status;
      if (isEnded(job)) return job;
    }
    const restMs = MIN_LOOK_MS - (performance.now() - askedAtMs);
    if (restMs > 0) await delay(restMs, undefined, { signal: interruption.signal });
  }
}

/** Says how a job has ended. @returns the exit code */
export function tellEnd({ reporter, interruption }: CommandContext, job: JobObject): number {
  reporter.endProgress();
  interruption.advice = undefined;
  for (const line of describeEnd(job)) reporter.say(line);
  return isWhole(job) ? EXIT_CODES.done : EXIT_CODES.jobFailed;
}

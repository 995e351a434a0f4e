import type { JobObject } from '#contracts';
import { formatSeconds } from '../terminal/format.js';

const SHOWN_ERRORS = 5;

/** How a job has ended, in lines for people. */
export function describeEnd(job: JobObject): string[] {
  const { id, status, progress, errors, ended_at: ended, created_at: created } = job;
  if (job.estimate != null) return [describeEstimate(job.estimate)];
  const took = ended === null ? '' : ` in ${formatSeconds(Math.max(1, ended - created))}`;
  const unit = progress.unit === 'lines' ? 'lines' : 's of sound';
  const done = progress.done - progress.failed;
  const counts =
    progress.total === null ? '' : `: ${done} of ${progress.total} ${unit} done, ${progress.failed} failed`;
  const lines = [`${isWhole(job) ? '✓' : '✗'} ${id} is ${status}${took}${counts}`];
  for (const { message, line } of (errors?.data ?? []).slice(0, SHOWN_ERRORS)) {
    lines.push(`  ${line === null ? '' : `line ${line}: `}${message}`);
  }
  return lines;
}

function describeEstimate({ lines, tokens, calls, seconds }: NonNullable<JobObject['estimate']>): string {
  const time = seconds === null ? 'how long it takes is not known yet' : `about ${formatSeconds(Math.max(1, seconds))}`;
  return `✓ It would be ${lines} lines, about ${tokens} tokens, ${calls} calls at least; ${time}.`;
}

/** Whether everything that was asked for has been done. */
export function isWhole({ status, progress }: JobObject): boolean {
  return status === 'completed' && progress.failed === 0;
}

export function isEnded({ ended_at: ended }: JobObject): boolean {
  return ended !== null;
}

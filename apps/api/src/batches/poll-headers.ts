import { TERMINAL_STATUSES, type BatchObject, type JobObject } from '#contracts';

/** After which looking again makes sense: progress is written about that often. */
const POLL_AFTER_SECONDS = 2;

/** What polling goes by, SDKs' helpers and plain HTTP clients alike, for what still changes. */
export function pollHeaders({ status }: BatchObject | JobObject): Record<string, string> {
  return TERMINAL_STATUSES.has(status)
    ? {}
    : { 'openai-poll-after-ms': String(POLL_AFTER_SECONDS * 1000), 'retry-after': String(POLL_AFTER_SECONDS) };
}

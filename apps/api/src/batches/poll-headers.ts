import { TERMINAL_STATUSES, type BatchObject } from '#contracts';

/** Milliseconds after which looking again makes sense: progress is written about that often. */
const POLL_AFTER_MS = 2000;

/** What the SDKs' polling helpers go by, for a batch that still changes. */
export function pollHeaders(batch: BatchObject): Record<string, string> {
  return TERMINAL_STATUSES.has(batch.status) ? {} : { 'openai-poll-after-ms': String(POLL_AFTER_MS) };
}

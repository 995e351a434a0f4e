/** Paths whose calls a batch may hold. */
export const BATCH_ENDPOINTS = [
  '/v1/embeddings',
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/rerank',
  '/v1/audio/transcriptions',
] as const;
export type BatchEndpoint = (typeof BATCH_ENDPOINTS)[number];

/** Paths whose calls any job may make. */
export type JobEndpoint = BatchEndpoint | '/v1/audio/translations';

export const BATCH_STATUSES = [
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

export const TERMINAL_STATUSES: ReadonlySet<BatchStatus> = new Set(['failed', 'completed', 'expired', 'cancelled']);

/** Why an input was refused, by line (1-based; `null` when the fault is the whole file's). */
export interface BatchInputError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly line: number | null;
}

export interface RequestCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
}

/** OpenAI's token counts of a batch; exact once the batch has ended. */
export interface BatchUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** OpenAI's `batch` object. Times are Unix seconds. */
export interface BatchObject {
  readonly id: string;
  readonly object: 'batch';
  readonly endpoint: JobEndpoint;
  readonly model: string | null;
  readonly errors: { readonly object: 'list'; readonly data: readonly BatchInputError[] } | null;
  readonly input_file_id: string;
  readonly completion_window: string;
  readonly status: BatchStatus;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  readonly created_at: number;
  readonly in_progress_at: number | null;
  readonly expires_at: number;
  readonly finalizing_at: number | null;
  readonly completed_at: number | null;
  readonly failed_at: number | null;
  readonly expired_at: number | null;
  readonly cancelling_at: number | null;
  readonly cancelled_at: number | null;
  readonly request_counts: RequestCounts;
  readonly usage: BatchUsage | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** The batch whose unfinished lines this one runs again; only in retries, since OpenAI's object has no such field. */
  readonly retry_of?: string;
}

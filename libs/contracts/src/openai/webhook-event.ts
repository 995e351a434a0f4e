/** What endpoints can be told of: ends of batches, as OpenAI names them, and of all other jobs in the same manner. */
export const WEBHOOK_EVENT_TYPES = [
  'batch.completed',
  'batch.failed',
  'batch.expired',
  'batch.cancelled',
  'job.completed',
  'job.failed',
  'job.expired',
  'job.cancelled',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** Body of a delivery. Thin, as OpenAI's: who wants more asks for the batch or job. */
export interface WebhookEvent {
  /** Same at every delivery, also to another endpoint. */
  readonly id: string;
  readonly object: 'event';
  readonly type: WebhookEventType;
  /** Unix seconds at which the job ended. */
  readonly created_at: number;
  readonly data: { readonly id: string };
}

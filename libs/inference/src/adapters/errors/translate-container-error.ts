import type { ErrorReason } from '#contracts';
import { UpstreamFailure, type RetryAdvice } from '../../transport/upstream-failure.js';
import type { ContainerError } from './read-container-error.js';
import { sanitiseMessage } from './sanitise-message.js';

/** A container's failure with the HTTP status that it answered; 0 where it never answered. */
export interface ContainerFailure {
  readonly error: ContainerError;
  readonly status: number;
  /** Its name is kept from callers. */
  readonly endpoint?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

const CONTEXT_TOO_LONG =
  /maximum context length|context_length_exceeded|maximum model length|max_model_len|context window|exceeds? (?:the )?(?:available )?context (?:size|length)/i;

/** Statuses by which a model server refuses the content of a request; passed on as they are. */
const REJECTIONS: ReadonlySet<number> = new Set([400, 404, 413, 422]);

interface Outcome {
  readonly reason: ErrorReason;
  readonly retry: RetryAdvice;
}

/** One table for what containers answer, whether through SageMaker's ModelError, inside a stream or with a status of 200. */
export function translateContainerError(failure: ContainerFailure): UpstreamFailure {
  const { error, status } = failure;
  const { reason, retry } = outcomeOf(failure);
  const said = sanitiseMessage(error.message, failure.endpoint ?? '');
  const details = { ...failure.details, containerStatus: status };
  const common = { retry, cause: failure.cause, details, logMessage: messageFor(reason, '') };
  if (reason === 'context_length_exceeded' || reason === 'upstream_rejected') {
    return new UpstreamFailure(reason, said || 'The model server refused this request.', {
      ...common,
      ...(error.param === undefined ? {} : { param: error.param }),
      ...(reason === 'upstream_rejected' ? { status, code: error.code ?? null } : {}),
    });
  }
  return new UpstreamFailure(reason, messageFor(reason, said), {
    ...common,
    ...pause(failure.retryAfterSeconds),
  });
}

function pause(seconds: number | undefined): {
  readonly retryAfterSeconds?: number;
  readonly askedPauseSeconds?: number;
} {
  return seconds === undefined ? {} : { retryAfterSeconds: seconds, askedPauseSeconds: seconds };
}

const BY_STATUS: ReadonlyMap<number, Outcome> = new Map<number, Outcome>([
  [401, { reason: 'upstream_misconfigured', retry: 'never' }],
  [403, { reason: 'upstream_misconfigured', retry: 'never' }],
  [408, { reason: 'upstream_timeout', retry: 'never' }],
  [429, { reason: 'upstream_throttled', retry: 'backoff' }],
  [503, { reason: 'upstream_unavailable', retry: 'backoff' }],
  [504, { reason: 'upstream_timeout', retry: 'once' }],
]);

function outcomeOf({ error, status }: ContainerFailure): Outcome {
  if (CONTEXT_TOO_LONG.test(error.message) || error.code === 'context_length_exceeded') {
    return { reason: 'context_length_exceeded', retry: 'never' };
  }
  if (REJECTIONS.has(status)) return { reason: 'upstream_rejected', retry: 'never' };
  // A container that never answered may still be working: a second try would double the load.
  if (status === 0) {
    return { reason: /timed out/i.test(error.message) ? 'upstream_timeout' : 'upstream_error', retry: 'never' };
  }
  return BY_STATUS.get(status) ?? { reason: 'upstream_error', retry: status >= 500 ? 'once' : 'never' };
}

const PREFIXES: Partial<Record<ErrorReason, string>> = {
  upstream_throttled: 'The model server is busy.',
  upstream_unavailable: 'The model server is not ready.',
  upstream_timeout: 'The model server did not answer in time.',
  upstream_misconfigured: 'The model server refused our credentials. The operator of this gateway has to act.',
  upstream_error: 'The model server failed on this request.',
};

function messageFor(reason: ErrorReason, said: string): string {
  const prefix = PREFIXES[reason] ?? 'The model server failed on this request.';
  return said === '' || reason === 'upstream_misconfigured' ? prefix : `${prefix} It said: ${said}`;
}

import { readContainerError } from '../../adapters/errors/read-container-error.js';
import { translateContainerError } from '../../adapters/errors/translate-container-error.js';
import type { ErrorReason } from '#contracts';
import { UpstreamFailure, type RetryAdvice } from '../upstream-failure.js';

/** What SageMaker answered, read from its HTTP answer or from the SDK's exception alike. */
export interface SageMakerFailure {
  /** Name of the exception without namespace, e.g. `ModelError`; empty when the answer named none. */
  readonly name: string;
  /** HTTP status; 0 for an exception inside a stream. */
  readonly status: number;
  readonly message: string;
  readonly originalStatusCode?: number;
  readonly originalMessage?: string;
  /** Of exceptions inside a stream: `ModelInvocationTimeExceeded` or `StreamBroken`. */
  readonly errorCode?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

interface Verdict {
  readonly reason: ErrorReason;
  readonly retry: RetryAdvice;
  readonly message: string;
  /** Sent when SageMaker itself names none. */
  readonly retryAfterSeconds?: number;
}

const THROTTLED: Verdict = {
  reason: 'upstream_throttled',
  retry: 'backoff',
  message: 'The model endpoint is receiving more calls than it takes. Try again shortly.',
  retryAfterSeconds: 1,
};
const LOADING: Verdict = {
  reason: 'upstream_unavailable',
  retry: 'slow-backoff',
  message: 'The model is being loaded. Try again shortly.',
  retryAfterSeconds: 5,
};
const UNAVAILABLE: Verdict = {
  reason: 'upstream_unavailable',
  retry: 'backoff',
  message: 'The model endpoint is not available at the moment. Try again shortly.',
  retryAfterSeconds: 1,
};
/** A model that wakes from zero was measured to need more than nine minutes, and all calls until then fail at once. */
const NO_CAPACITY: Verdict = {
  reason: 'upstream_unavailable',
  retry: 'never',
  message: 'The model has no running copy at the moment; it is being started. Try again in some minutes.',
  retryAfterSeconds: 60,
};
const MISCONFIGURED: Verdict = {
  reason: 'upstream_misconfigured',
  retry: 'never',
  message: 'The gateway cannot call the endpoint of this model. The operator of this gateway has to act.',
};
const TOO_LARGE: Verdict = {
  reason: 'body_too_large',
  retry: 'never',
  message: 'The request is larger than the model endpoint takes.',
};
const BROKEN_STREAM: Verdict = {
  reason: 'upstream_error',
  retry: 'never',
  message: 'The model server broke off its answer.',
};
const STREAM_TIMEOUT: Verdict = {
  reason: 'upstream_timeout',
  retry: 'never',
  message: 'The model server took longer for its answer than the endpoint allows.',
};

const BY_NAME: ReadonlyMap<string, Verdict> = new Map([
  ['ThrottlingException', THROTTLED],
  ['TooManyRequestsException', THROTTLED],
  ['ModelNotReadyException', LOADING],
  ['ServiceUnavailable', UNAVAILABLE],
  ['ServiceUnavailableException', UNAVAILABLE],
  ['InternalFailure', UNAVAILABLE],
  ['InternalDependencyException', { ...UNAVAILABLE, retry: 'once' }],
  ['InternalStreamFailure', BROKEN_STREAM],
]);

/** Words that AWS uses for the payload limit; the API model's constraint and the service's own check. */
const PAYLOAD_LIMIT = /'body' failed to satisfy constraint|payload size|request (?:body|size).*(?:too large|exceed)/i;
const SCALED_TO_ZERO = /no capacity to process|ApplicationAutoScaling may be in/i;

/** The one place where SageMaker's errors become ours. */
export function translateSageMakerError(failure: SageMakerFailure, endpoint: string): UpstreamFailure {
  const facts = { upstreamError: failure.name, upstreamStatus: failure.status, endpoint };
  // A container's words may quote the prompt, so they stay out of what is logged; AWS's own do not.
  if (failure.name === 'ModelError') return translateModelError(failure, endpoint, facts);
  const details = { ...facts, upstreamMessage: failure.message };
  const verdict = verdictOn(failure);
  const retryAfterSeconds = failure.retryAfterSeconds ?? verdict.retryAfterSeconds;
  return new UpstreamFailure(verdict.reason, verdict.message, {
    retry: verdict.retry,
    cause: failure.cause,
    details,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(failure.retryAfterSeconds === undefined ? {} : { askedPauseSeconds: failure.retryAfterSeconds }),
  });
}

function verdictOn({ name, status, message, errorCode }: SageMakerFailure): Verdict {
  if (name === 'ModelStreamError') return errorCode === 'ModelInvocationTimeExceeded' ? STREAM_TIMEOUT : BROKEN_STREAM;
  if (SCALED_TO_ZERO.test(message)) return NO_CAPACITY;
  if (status === 413 || PAYLOAD_LIMIT.test(message)) return TOO_LARGE;
  const named = BY_NAME.get(name);
  if (named !== undefined) return named;
  if (status === 429) return THROTTLED;
  return status >= 500 ? UNAVAILABLE : MISCONFIGURED;
}

function translateModelError(
  failure: SageMakerFailure,
  endpoint: string,
  details: Readonly<Record<string, unknown>>,
): UpstreamFailure {
  return translateContainerError({
    error: readContainerError(containerText(failure)),
    endpoint,
    status: failure.originalStatusCode ?? statusInText(failure.message),
    details,
    cause: failure.cause,
    ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
  });
}

/** `Received client error (400) from primary with message "…". See https://… in account …`: the container's body stands between the quotes, unescaped. */
const QUOTED = /with message "([\s\S]*)"\.?\s*(?:See https?:|$)/;

function containerText({ originalMessage, message }: SageMakerFailure): string {
  const source = originalMessage === undefined || originalMessage === '' ? message : originalMessage;
  return QUOTED.exec(source)?.[1] ?? source;
}

function statusInText(message: string): number {
  return Number(/Received \w+ error \((\d+)\)/.exec(message)?.[1] ?? 0);
}

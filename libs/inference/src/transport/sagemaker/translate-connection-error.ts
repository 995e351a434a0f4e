import { GatewayError } from '#platform';
import { UpstreamFailure } from '../upstream-failure.js';

/** How far a call had come when its connection failed. */
export type CallPhase = 'before-headers' | 'in-body';

const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** What a broken, refused or silent connection means for the caller. Errors that are ours already pass unchanged. */
export function translateConnectionError(error: unknown, phase: CallPhase): GatewayError {
  if (GatewayError.is(error)) return error;
  const code = codeOf(error);
  const details = { connectionError: code, phase };
  if (code === 'UND_ERR_INVALID_ARG')
    return new GatewayError('internal_error', 'The gateway could not form the call to the model server.', {
      cause: error,
    });
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new GatewayError('shutting_down', 'The gateway is shutting down. Try again.', { cause: error });
  }
  if (TIMEOUT_CODES.has(code)) {
    const message =
      phase === 'before-headers'
        ? 'The model server did not answer in time.'
        : 'The model server fell silent in the middle of its answer.';
    return new UpstreamFailure('upstream_timeout', message, { retry: 'never', cause: error, details });
  }
  if (phase === 'in-body') {
    return new UpstreamFailure(
      'upstream_error',
      'The connection to the model server broke in the middle of its answer.',
      {
        retry: 'once',
        cause: error,
        details,
      },
    );
  }
  return new UpstreamFailure(
    'upstream_unavailable',
    'The model endpoint cannot be reached at the moment. Try again shortly.',
    {
      retry: 'backoff',
      retryAfterSeconds: 1,
      cause: error,
      details,
    },
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as NodeJS.ErrnoException;
  return code ?? error.name;
}

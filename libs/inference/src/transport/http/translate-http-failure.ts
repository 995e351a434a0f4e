import { readContainerError, type ContainerError } from '../../adapters/errors/read-container-error.js';
import { translateContainerError } from '../../adapters/errors/translate-container-error.js';
import type { HttpTarget } from '../../catalog/model-entry.types.js';
import { parseRetryAfter } from '../sagemaker/read-sagemaker-failure.js';
import { UpstreamFailure } from '../upstream-failure.js';
import type { RefusedCall } from './call-handler.js';

/** What servers say of a path that they do not have, as opposed to a model that they do not have. */
const UNKNOWN_PATH = /^(?:not found|404 page not found|cannot post .*|method not allowed|)$/i;

/** What a bad status of a model server, or of a balancer before it, means for the caller. */
export function translateHttpFailure({ status, headers, body }: RefusedCall, target: HttpTarget): UpstreamFailure {
  const retryAfter = headers['retry-after'];
  const retryAfterSeconds = parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
  const pause = retryAfterSeconds === undefined ? {} : { retryAfterSeconds, askedPauseSeconds: retryAfterSeconds };
  const isPage = /text\/html/i.test(String(headers['content-type'] ?? ''));
  const error = withoutHost(isPage ? { message: '' } : readContainerError(body.toString('utf8')), target);
  const details = { upstreamStatus: status, endpoint: target.endpoint };
  if (isMisconfigured(status, error)) {
    return new UpstreamFailure(
      'upstream_misconfigured',
      'The gateway cannot call the server of this model. The operator of this gateway has to act.',
      { retry: 'never', details },
    );
  }
  if (status === 502 && isPage) {
    return new UpstreamFailure(
      'upstream_unavailable',
      'The model server is not available at the moment. Try again shortly.',
      { retry: 'backoff', retryAfterSeconds: 1, ...pause, details },
    );
  }
  return translateContainerError({
    error,
    status,
    endpoint: target.endpoint,
    details,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Our address, path, key or method, not the request, is what the server objects to. */
function isMisconfigured(status: number, { message }: ContainerError): boolean {
  if (status >= 300 && status < 400) return true;
  return status === 405 || (status === 404 && UNKNOWN_PATH.test(message.trim()));
}

/** Addresses of a private network are nobody's business. */
function withoutHost(error: ContainerError, { baseUrl }: HttpTarget): ContainerError {
  const { origin, host } = new URL(baseUrl);
  return { ...error, message: error.message.replaceAll(origin, '[server]').replaceAll(host, '[server]') };
}

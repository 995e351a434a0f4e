import { readContainerError } from '../../../adapters/errors/read-container-error.js';
import type { RefusedCall } from '../../http/call-handler.js';
import type { UpstreamFailure } from '../../upstream-failure.js';
import { parseRetryAfter } from '../read-sagemaker-failure.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';

/** What SageMaker's front door calls its failures on this route, by the names that it has for them elsewhere. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['model_error', 'ModelError'],
  ['validation_error', 'ValidationError'],
  ['throttling_error', 'ThrottlingException'],
  ['model_not_ready', 'ModelNotReadyException'],
]);
/** What a container said stands between quotes inside the front door's own message. */
const QUOTES_A_CONTAINER = /^Received \w+ error \(\d+\) from/;

/**
 * What a bad status of the OpenAI route means. The front door writes an envelope of its own, in which it quotes the
 * container; underneath are the failures that the other operations have, and so one table decides.
 */
export function translateRouteFailure({ status, headers, body }: RefusedCall, endpoint: string): UpstreamFailure {
  const text = body.toString('utf8');
  const { message, code = '' } = readContainerError(text);
  const retryAfter = headers['retry-after'];
  const retryAfterSeconds = parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
  const name = QUOTES_A_CONTAINER.test(message) ? 'ModelError' : (NAMES.get(code) ?? '');
  return translateSageMakerError(
    {
      name,
      status,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      // A model error that quotes nobody is in the container's own words, under the container's own status.
      ...(name === 'ModelError' && !QUOTES_A_CONTAINER.test(message) ? { originalStatusCode: status } : {}),
    },
    endpoint,
  );
}

import type { DeferredFailure } from '../../../deferred/deferred-calls.port.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';

/** What SageMaker writes of a container that answered; all other texts are its own. */
const FROM_CONTAINER = /Received \w+ error \(\d+\) from/;
/** A wait beyond RequestTTLSeconds, or an input that was removed meanwhile. Undocumented, so the words are taken broadly. */
const NOT_RUN =
  /\bexpired?\b|RequestTTL|time.to.live|NoSuchKey|NoSuchBucket|specified key does not exist|unable to (?:download|read|get).*input/i;

/** A failure object holds SageMaker's message as plain text, the same that a direct call carries in its ModelError. */
export function readFailureText(text: string, endpoint: string): DeferredFailure {
  if (!FROM_CONTAINER.test(text) && NOT_RUN.test(text)) return { kind: 'not-run', text };
  const error = translateSageMakerError({ name: 'ModelError', status: 424, message: text }, endpoint);
  return { kind: 'failed', error };
}

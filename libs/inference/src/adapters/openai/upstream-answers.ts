import { findStatedError } from '../errors/read-container-error.js';
import { translateContainerError } from '../errors/translate-container-error.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';

/** An answer that is none, in spite of its good status. */
export function garbage(what: string, cause?: unknown): UpstreamFailure {
  return new UpstreamFailure('upstream_garbage', `The model server answered with something that is not ${what}.`, {
    retry: 'never',
    cause,
  });
}

/**
 * Throws the failure that an answer states about itself.
 *
 * @throws UpstreamFailure
 */
export function refuseStatedError(value: unknown): void {
  const error = findStatedError(value);
  if (error === undefined) return;
  // Containers of EMD drop the engine's status: without one it counts as the server's own failure.
  throw translateContainerError({ error, status: error.status ?? 500 });
}

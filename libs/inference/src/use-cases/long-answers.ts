import { GatewayError, type JsonBody } from '#platform';
import { optionalValue } from '../adapters/openai/field-checks.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';

/** SageMaker ends a call that is not streamed after 60 s; an engine under load writes some 25 tokens a second for one caller. */
const TOKENS_WITHIN_WALL = 1_500;
/** How long a model that ran into the wall once is called carefully. */
const CAREFUL_MS = 10 * 60_000;

/**
 * Decides which whole answers are fetched as a stream and put together here, so that they may take longer than SageMaker's
 * 60 seconds. A direct call is cheaper, so it stays the way for answers that are short by the caller's own word, and for
 * all others until a model has shown that it does not get done in time.
 */
export class LongAnswers {
  private readonly metAt = new Map<string, number>();

  /** Whether to stream from the start. */
  prefersStream({ id, target }: ModelEntry, body: JsonBody): boolean {
    // The wall is SageMaker's own.
    if (target.kind !== 'sagemaker') return false;
    const bound = tokenBound(body);
    if (bound !== undefined) return bound > TOKENS_WITHIN_WALL;
    const metAt = this.metAt.get(id);
    return metAt !== undefined && performance.now() - metAt < CAREFUL_MS;
  }

  /** Whether a failure is the wall; if so, it is kept in mind. */
  isWall({ id }: ModelEntry, error: unknown): boolean {
    if (!GatewayError.is(error, 'upstream_timeout') || error.details?.['containerStatus'] !== 0) return false;
    this.metAt.set(id, performance.now());
    return true;
  }
}

function tokenBound(body: JsonBody): number | undefined {
  const bound = optionalValue(body, 'max_completion_tokens') ?? optionalValue(body, 'max_tokens');
  return typeof bound === 'number' ? bound : undefined;
}

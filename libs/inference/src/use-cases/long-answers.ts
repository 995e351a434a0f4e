import { GatewayError, type JsonBody } from '#platform';
import { optionalValue } from '../adapters/openai/field-checks.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';

/** SageMaker ends a call that is not streamed after 60 s; an engine under load writes some 25 tokens a second for one caller. */
const TOKENS_WITHIN_WALL = 1_500;
/** How long a model that ran into the wall once is called carefully. */
const CAREFUL_MS = 10 * 60_000;

/** What met the wall once may meet it with half as many tokens where the engine has more to do. */
const CAREFUL_SHARE = 0.5;

interface MetWall {
  readonly atMs: number;
  /** Fewest tokens that were too many. */
  readonly tokens: number;
}

/**
 * Decides which whole answers are fetched as a stream and put together here, so that they may take longer than SageMaker's
 * 60 seconds. A direct call is cheaper, so it stays the way for answers that are short by the caller's own word, and for
 * all others until a model has shown that it does not get done in time. What is short by then is half of what was too long.
 */
export class LongAnswers {
  private readonly met = new Map<string, MetWall>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether to stream from the start. */
  prefersStream({ id, target }: Pick<ModelEntry, 'id' | 'target'>, body: JsonBody): boolean {
    // The wall is SageMaker's own.
    if (target.kind !== 'sagemaker') return false;
    const met = this.lately(id);
    const bound = tokenBound(body) ?? (met === undefined ? 0 : Infinity);
    return bound > Math.min(TOKENS_WITHIN_WALL, (met?.tokens ?? Infinity) * CAREFUL_SHARE);
  }

  /** Whether a failure is the wall; if so, it is kept in mind. */
  isWall({ id }: Pick<ModelEntry, 'id'>, body: JsonBody, error: unknown): boolean {
    if (!GatewayError.is(error, 'upstream_timeout') || error.details?.['containerStatus'] !== 0) return false;
    const tokens = Math.min(tokenBound(body) ?? Infinity, this.lately(id)?.tokens ?? Infinity);
    this.met.set(id, { atMs: this.now(), tokens });
    return true;
  }

  private lately(id: string): MetWall | undefined {
    const met = this.met.get(id);
    return met !== undefined && this.now() - met.atMs < CAREFUL_MS ? met : undefined;
  }
}

function tokenBound(body: JsonBody): number | undefined {
  const bound = optionalValue(body, 'max_completion_tokens') ?? optionalValue(body, 'max_tokens');
  return typeof bound === 'number' ? bound : undefined;
}

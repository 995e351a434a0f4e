import { GatewayError, type Logger, type Redis } from '#platform';
import { within } from './within.js';

export interface RedisHintsOptions {
  /** Milliseconds that an operation may take. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Operations on what is good to know and nothing depends on: a Redis that is away leaves it unknown. */
export class RedisHints {
  /** @param missing What the log says when it is unknown. */
  constructor(
    private readonly redis: Redis,
    private readonly options: RedisHintsOptions,
    private readonly missing: string,
  ) {}

  async try<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      return await within(this.redis, this.options.timeoutMs, operation);
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
      this.options.logger.debug({ error: error.message }, this.missing);
      return undefined;
    }
  }
}

import { redisNames, type RequestCounts } from '#contracts';
import { GatewayError, type Logger, type Redis } from '#platform';
import { LiveCounts } from '../queue/job-queue.port.js';
import { within } from './within.js';

/** Hints outlive the longest completion window a little and then go by themselves. */
const KEPT_SECONDS = 8 * 86_400;

/** Live counts in one Redis hash a job, a field a chunk: writing a chunk's counts again changes nothing. */
export class RedisLiveCounts extends LiveCounts {
  constructor(
    private readonly redis: Redis,
    private readonly options: { readonly timeoutMs: number; readonly logger: Logger },
  ) {
    super();
  }

  async set(
    jobId: string,
    chunks: readonly { readonly chunk: number; readonly completed: number; readonly failed: number }[],
  ): Promise<void> {
    const fields = chunks.flatMap(({ chunk, completed, failed }) => [String(chunk), `${completed},${failed}`]);
    const name = redisNames.progress(jobId);
    await this.hint(() =>
      this.redis
        .multi()
        .hset(name, ...fields)
        .expire(name, KEPT_SECONDS)
        .exec(),
    );
  }

  async read(jobId: string, total: number): Promise<RequestCounts | undefined> {
    const values = await this.hint(() => this.redis.hvals(redisNames.progress(jobId)));
    if (values === undefined) return undefined;
    const counts = { total, completed: 0, failed: 0 };
    for (const value of values) {
      const [completed = 0, failed = 0] = value.split(',').map(Number);
      counts.completed += completed;
      counts.failed += failed;
    }
    return counts;
  }

  async chunks(jobId: string): Promise<ReadonlySet<number> | undefined> {
    const fields = await this.hint(() => this.redis.hkeys(redisNames.progress(jobId)));
    return fields === undefined ? undefined : new Set(fields.map(Number));
  }

  async forget(jobId: string): Promise<void> {
    await this.hint(() => this.redis.del(redisNames.progress(jobId)));
  }

  private async hint<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      return await within(this.redis, this.options.timeoutMs, operation);
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
      this.options.logger.debug({ error: error.message }, 'live counts are not available');
      return undefined;
    }
  }
}

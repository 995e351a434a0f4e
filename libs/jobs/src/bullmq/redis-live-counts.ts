import { redisNames, type RequestCounts } from '#contracts';
import { GatewayError, type Logger, type Redis } from '#platform';
import { LiveCounts, type ChunkProgress, type Waiting } from '../queue/job-queue.port.js';
import { within } from './within.js';

/** Hints outlive the longest completion window a little and then go by themselves. */
const KEPT_SECONDS = 8 * 86_400;
/** Longer than a chunk takes to say so again, also where each of its calls hangs until it is given up. */
const WAITING_SECONDS = 600;

/** Live counts in one Redis hash a job, a field a chunk: writing a chunk's counts again changes nothing. */
export class RedisLiveCounts extends LiveCounts {
  constructor(
    private readonly redis: Redis,
    private readonly options: { readonly timeoutMs: number; readonly logger: Logger },
  ) {
    super();
  }

  async set(jobId: string, chunks: readonly ChunkProgress[]): Promise<void> {
    const fields = chunks.flatMap((progress) => [String(progress.chunk), encode(progress)]);
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

  async measure(jobId: string): Promise<readonly ChunkProgress[] | undefined> {
    const fields = await this.hint(() => this.redis.hgetall(redisNames.progress(jobId)));
    return fields === undefined
      ? undefined
      : Object.entries(fields).map(([chunk, value]) => decode(Number(chunk), value));
  }

  async noteWaiting(jobId: string, waiting: Waiting): Promise<void> {
    await this.hint(() => this.redis.set(redisNames.waiting(jobId), JSON.stringify(waiting), 'EX', WAITING_SECONDS));
  }

  async readWaiting(jobId: string): Promise<Waiting | undefined> {
    const text = await this.hint(() => this.redis.get(redisNames.waiting(jobId)));
    return text === undefined || text === null ? undefined : (JSON.parse(text) as Waiting);
  }

  async chunks(jobId: string): Promise<ReadonlySet<number> | undefined> {
    const fields = await this.hint(() => this.redis.hkeys(redisNames.progress(jobId)));
    return fields === undefined ? undefined : new Set(fields.map(Number));
  }

  async forget(jobId: string): Promise<void> {
    await this.hint(() => this.redis.del(redisNames.progress(jobId), redisNames.waiting(jobId)));
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

/** An api from before there were spans reads the first two numbers and passes over the rest. */
function encode({ completed, failed, span }: ChunkProgress): string {
  const numbers = [completed, failed];
  if (span !== undefined) numbers.push(span.restored, span.fromMs, span.untilMs);
  return numbers.join(',');
}

function decode(chunk: number, value: string): ChunkProgress {
  const [completed = 0, failed = 0, restored, fromMs, untilMs] = value.split(',').map(Number);
  if (restored === undefined || fromMs === undefined || untilMs === undefined) return { chunk, completed, failed };
  return { chunk, completed, failed, span: { restored, fromMs, untilMs } };
}

import { redisNames, type RequestCounts } from '#contracts';
import type { Redis } from '#platform';
import { LiveCounts, type ChunkProgress, type Waiting } from '../queue/job-queue.port.js';
import { RedisHints, type RedisHintsOptions } from './redis-hints.js';

/** Hints outlive the longest completion window a little and then go by themselves. */
const KEPT_SECONDS = 8 * 86_400;
/** Longer than a chunk takes to say so again, also where each of its calls hangs until it is given up. */
const WAITING_SECONDS = 600;

/** Live counts in one Redis hash a job, a field a chunk: writing a chunk's counts again changes nothing. */
export class RedisLiveCounts extends LiveCounts {
  private readonly hints: RedisHints;

  constructor(
    private readonly redis: Redis,
    options: RedisHintsOptions,
  ) {
    super();
    this.hints = new RedisHints(redis, options, 'live counts are not available');
  }

  async set(jobId: string, chunks: readonly ChunkProgress[]): Promise<void> {
    const fields = chunks.flatMap((progress) => [String(progress.chunk), encode(progress)]);
    const name = redisNames.progress(jobId);
    await this.hints.try(() =>
      this.redis
        .multi()
        .hset(name, ...fields)
        .expire(name, KEPT_SECONDS)
        .exec(),
    );
  }

  async read(jobId: string, total: number): Promise<RequestCounts | undefined> {
    const values = await this.hints.try(() => this.redis.hvals(redisNames.progress(jobId)));
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
    const fields = await this.hints.try(() => this.redis.hgetall(redisNames.progress(jobId)));
    return fields === undefined
      ? undefined
      : Object.entries(fields).map(([chunk, value]) => decode(Number(chunk), value));
  }

  async noteWaiting(jobId: string, waiting: Waiting): Promise<void> {
    await this.hints.try(() =>
      this.redis.set(redisNames.waiting(jobId), JSON.stringify(waiting), 'EX', WAITING_SECONDS),
    );
  }

  async readWaiting(jobId: string): Promise<Waiting | undefined> {
    const text = await this.hints.try(() => this.redis.get(redisNames.waiting(jobId)));
    return text === undefined || text === null ? undefined : (JSON.parse(text) as Waiting);
  }

  async chunks(jobId: string): Promise<ReadonlySet<number> | undefined> {
    const fields = await this.hints.try(() => this.redis.hkeys(redisNames.progress(jobId)));
    return fields === undefined ? undefined : new Set(fields.map(Number));
  }

  async forget(jobId: string): Promise<void> {
    await this.hints.try(() => this.redis.del(redisNames.progress(jobId), redisNames.waiting(jobId)));
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

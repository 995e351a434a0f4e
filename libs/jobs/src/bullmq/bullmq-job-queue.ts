import { Queue, type JobsOptions } from 'bullmq';
import {
  chunkQueueName,
  CONTROL_QUEUE,
  queueIds,
  redisNames,
  type ChunkPayload,
  type ControlPayload,
  type JobHint,
} from '#contracts';
import type { Logger, Redis } from '#platform';
import { JobQueue } from '../queue/job-queue.port.js';
import { within } from './within.js';

/** Ended jobs leave no trace, so that an id can be added again. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const satisfies JobsOptions;
/** BullMQ keeps 10,000 events by default, which nobody reads here. */
const EVENTS_KEPT = 100;

/** The job engine's queues on BullMQ, over one connection that never waits for Redis. */
export class BullmqJobQueue extends JobQueue {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly redis: Redis,
    private readonly options: { readonly timeoutMs: number; readonly logger: Logger },
  ) {
    super();
  }

  async addControl(payload: ControlPayload): Promise<void> {
    await within(this.redis, this.options.timeoutMs, () =>
      this.queue(CONTROL_QUEUE).add(payload.task, payload, { ...JOB_OPTIONS, jobId: queueIds.control(payload) }),
    );
  }

  async addChunks(endpoint: string, payloads: readonly ChunkPayload[]): Promise<void> {
    const jobs = payloads.map((data) => ({
      name: 'chunk',
      data,
      opts: { ...JOB_OPTIONS, jobId: queueIds.chunk(data) },
    }));
    await within(this.redis, this.options.timeoutMs, () => this.queue(chunkQueueName(endpoint)).addBulk(jobs));
  }

  async publish(hint: JobHint): Promise<void> {
    await within(this.redis, this.options.timeoutMs, () => this.redis.publish(redisNames.hints, JSON.stringify(hint)));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: string): Queue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue(name, { connection: this.redis, streams: { events: { maxLen: EVENTS_KEPT } } });
    queue.on('error', (error) => this.options.logger.debug({ error: error.message, queue: name }, 'queue error'));
    this.queues.set(name, queue);
    return queue;
  }
}

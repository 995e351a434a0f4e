import { DelayedError, Worker, type Job } from 'bullmq';
import { chunkQueueName, type ChunkPayload } from '#contracts';
import { workerOptions, type WorkerBulk } from '#jobs';
import type { Logger } from '#platform';

/** How often endpoints that the catalog has learnt of get a worker of their own. */
const LOOK_FOR_ENDPOINTS_MS = 5000;
/** Failures that no rule foresees put a chunk back for this long; the deadline bounds how often. */
const UNFORESEEN_DELAY_MS = 5000;

/** One BullMQ worker per endpoint takes its chunks; what each take comes to is the job engine's. */
export class ChunkProcessors {
  private readonly stopping = new AbortController();
  private readonly workers = new Map<string, Worker<ChunkPayload>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bulk: WorkerBulk,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.coverEndpoints();
    this.timer = setInterval(() => this.coverEndpoints(), LOOK_FOR_ENDPOINTS_MS);
  }

  /** Hands running chunks back: their finished lines are saved and another worker may take them at once. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await Promise.all([...this.workers.values()].map((worker) => worker.close()));
  }

  /** An endpoint that has left the catalog keeps its worker: its chunks wait there until it is back or their time is over. */
  private coverEndpoints(): void {
    for (const { endpoint } of this.bulk.targets()) {
      if (!this.workers.has(endpoint)) this.workers.set(endpoint, this.createWorker(endpoint));
    }
  }

  private createWorker(endpoint: string): Worker<ChunkPayload> {
    const worker = new Worker<ChunkPayload>(
      chunkQueueName(endpoint),
      async (job, token) => await this.process(endpoint, job, token),
      workerOptions(this.bulk.connection, this.bulk.chunkPlaces),
    );
    worker.on('error', (error) => this.logger.debug({ error: error.message, endpoint }, 'chunk queue error'));
    void worker.run();
    return worker;
  }

  private async process(endpoint: string, job: Job<ChunkPayload>, token: string | undefined): Promise<void> {
    const { jobId, chunk } = job.data;
    const result = await this.bulk
      .runChunk({ endpoint, addedAtMs: job.timestamp }, job.data, this.stopping.signal)
      .catch((error: unknown) => {
        this.logger.error({ error, jobId, chunk }, 'a chunk failed in a way that no rule foresees');
        return { kind: 'later', delayMs: UNFORESEEN_DELAY_MS, reason: 'unforeseen' } as const;
      });
    if (result.kind !== 'later') return;
    // Passing a chunk on to whoever has room is everyday business.
    const level = result.delayMs === 0 ? 'debug' : 'info';
    this.logger[level]({ jobId, chunk, reason: result.reason, delayMs: result.delayMs }, 'a chunk comes again later');
    await job.moveToDelayed(Date.now() + result.delayMs, token);
    throw new DelayedError();
  }
}

import { DelayedError, Worker, type Job } from 'bullmq';
import { CONTROL_QUEUE, type ControlPayload } from '#contracts';
import { workerOptions, type WorkerBulk } from '#jobs';
import type { Logger } from '#platform';

const CONCURRENCY = 4;
/** Failures that no rule foresees put a task back for this long. */
const UNFORESEEN_DELAY_MS = 5000;

/** Takes planning and finishing from the control queue. */
export class ControlProcessor {
  private worker: Worker<ControlPayload> | undefined;

  constructor(
    private readonly bulk: WorkerBulk,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.worker = new Worker<ControlPayload>(
      CONTROL_QUEUE,
      async (job, token) => await this.process(job, token),
      workerOptions(this.bulk.connection, CONCURRENCY),
    );
    this.worker.on('error', (error) => this.logger.debug({ error: error.message }, 'control queue error'));
    void this.worker.run();
  }

  async stop(): Promise<void> {
    await this.worker?.close();
  }

  private async process(job: Job<ControlPayload>, token: string | undefined): Promise<void> {
    const { jobId, task } = job.data;
    const result = await this.bulk.runControl(job.data).catch((error: unknown) => {
      this.logger.error({ error, jobId, task }, 'a control task failed in a way that no rule foresees');
      return { kind: 'later', delayMs: UNFORESEEN_DELAY_MS } as const;
    });
    if (result.kind === 'done') return;
    await job.moveToDelayed(Date.now() + result.delayMs, token);
    throw new DelayedError();
  }
}

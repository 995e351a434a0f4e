import type { ControlPayload, JobHint } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import type { JobFinisher } from './finish/finish-job.js';
import type { JobPlanner } from './plan/plan-job.js';
import type { JobQueue } from './queue/job-queue.port.js';

export type ControlResult = { readonly kind: 'done' } | { readonly kind: 'later'; readonly delayMs: number };

export interface ControlTasksOptions {
  readonly planner: JobPlanner;
  readonly finisher: JobFinisher;
  readonly queue: JobQueue;
  readonly logger: Logger;
}

const STORAGE_DELAY_MS = 2000;
/** Any worker may take a task again, so it is soon in the hands of one that knows the job, or has what it needs. */
const OTHER_WORKER_DELAY_MS = 1000;

/** Planning and finishing, as the control queue asks for them. */
export class ControlTasks {
  constructor(private readonly options: ControlTasksOptions) {}

  async run(payload: ControlPayload): Promise<ControlResult> {
    try {
      return payload.task === 'plan' ? await this.plan(payload) : await this.finish(payload);
    } catch (error) {
      const isAnothers = GatewayError.is(error, 'conflict');
      if (!GatewayError.is(error, 'storage_unavailable') && !isAnothers) throw error;
      this.options.logger.warn({ jobId: payload.jobId, task: payload.task, error: error.message }, 'a task is put off');
      return { kind: 'later', delayMs: isAnothers ? OTHER_WORKER_DELAY_MS : STORAGE_DELAY_MS };
    }
  }

  /** Tells the dispatching worker at once what its next sweep would find. */
  async announce(hint: JobHint): Promise<void> {
    try {
      await this.options.queue.publish(hint);
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
      this.options.logger.debug(
        { jobId: hint.jobId, error: error.message },
        'a hint was not taken; the next sweep will do',
      );
    }
  }

  private async plan({ tenant, jobId }: ControlPayload): Promise<ControlResult> {
    const record = await this.options.planner.plan(tenant, jobId);
    this.options.logger.info({ jobId, status: record?.status, lines: record?.total }, 'a job was planned');
    await this.announce({ kind: 'created', tenant, jobId });
    return { kind: 'done' };
  }

  private async finish({ tenant, jobId }: ControlPayload): Promise<ControlResult> {
    const result = await this.options.finisher.finish(tenant, jobId);
    if (result.kind === 'later') return result;
    this.options.logger.info({ jobId }, 'a job has ended');
    return { kind: 'done' };
  }
}

import type { AsyncJob } from './async-job.js';
import { failAsyncJob, runAsyncJob, type AsyncJobServices } from './run-async-job.js';

interface Queue {
  running: number;
  readonly waiting: Set<AsyncJob>;
}

export interface AsyncInferencesOptions extends Omit<AsyncJobServices, 'signal'> {
  /** Told of a failure that has no caller any more, such as an output that could not be written. */
  readonly log: (line: string) => void;
}

/** The queues of the asynchronous endpoints. They live in memory: what waits when the stand-in stops is gone. */
export class AsyncInferences {
  private readonly options: AsyncInferencesOptions;
  private readonly queues = new Map<string, Queue>();
  private readonly inProgress = new Set<Promise<void>>();
  private readonly stop = new AbortController();

  constructor(options: AsyncInferencesOptions) {
    this.options = options;
  }

  enqueue(job: AsyncJob): void {
    const { name } = job.endpoint.definition;
    const queue = this.queues.get(name) ?? { running: 0, waiting: new Set() };
    this.queues.set(name, queue);
    queue.waiting.add(job);
    const expire = setTimeout(() => {
      if (queue.waiting.delete(job))
        this.track(failAsyncJob(job, 'The request expired: it waited longer than RequestTTLSeconds.', this.services()));
    }, job.timeToLiveMs);
    // The timer of a job that has run is of no consequence, and none may keep the process alive.
    expire.unref();
    this.startNext(queue);
  }

  /** Stops all inferences and waits until they have. */
  async close(): Promise<void> {
    this.stop.abort(new Error('the stand-in stops'));
    for (const queue of this.queues.values()) queue.waiting.clear();
    await Promise.all(this.inProgress);
  }

  private startNext(queue: Queue): void {
    for (const job of queue.waiting) {
      if (queue.running >= job.settings.maxConcurrentInvocationsPerInstance || this.stop.signal.aborted) return;
      queue.waiting.delete(job);
      queue.running += 1;
      this.track(
        runAsyncJob(job, this.services()).finally(() => {
          queue.running -= 1;
          this.startNext(queue);
        }),
      );
    }
  }

  private services(): AsyncJobServices {
    const { objects, witness, notificationTimeoutMs } = this.options;
    return { objects, witness, notificationTimeoutMs, signal: this.stop.signal };
  }

  private track(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => {
        if (!this.stop.signal.aborted) this.options.log(`asynchronous inference: ${String(error)}`);
      })
      .finally(() => this.inProgress.delete(settled));
    this.inProgress.add(settled);
  }
}

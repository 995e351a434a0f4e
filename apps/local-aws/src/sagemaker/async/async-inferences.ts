import { createSeededRandom } from '../../faults/create-seeded-random.js';
import type { AsyncJob } from './async-job.js';
import { failAsyncJob, runAsyncJob, type AsyncJobServices } from './run-async-job.js';

// How soon a queue notices that its endpoint has got an instance.
const lookForInstancesMs = 50;

interface Queue {
  running: number;
  look?: NodeJS.Timeout | undefined;
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
  private readonly random = createSeededRandom(0);

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
    for (let job = this.next(queue); job !== undefined; job = this.next(queue)) {
      if (queue.running >= roomOf(job) || this.stop.signal.aborted) {
        this.lookForInstances(queue);
        return;
      }
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

  private next(queue: Queue): AsyncJob | undefined {
    const [first] = queue.waiting;
    if (first?.endpoint.definition.async?.shuffled !== true) return first;
    return [...queue.waiting][Math.floor(this.random() * queue.waiting.size)];
  }

  /** Nothing that ends starts the next call where nothing runs. */
  private lookForInstances(queue: Queue): void {
    if (queue.running > 0 || this.stop.signal.aborted) return;
    queue.look ??= setTimeout(() => {
      queue.look = undefined;
      this.startNext(queue);
    }, lookForInstancesMs).unref();
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

/** Calls that the endpoint works on at once as it is now; a job keeps all other settings that it came with. */
function roomOf({ endpoint, settings }: AsyncJob): number {
  const { maxConcurrentInvocationsPerInstance, instances = 1 } = endpoint.definition.async ?? settings;
  return maxConcurrentInvocationsPerInstance * instances;
}

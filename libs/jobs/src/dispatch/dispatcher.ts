import { queueIds, type ChunkPayload, type JobHint, type JobRecord } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { listCommits } from '../finish/list-commits.js';
import type { BulkModels, BulkTarget } from '../models/bulk-models.port.js';
import type { PlanReader } from '../plan/plan-reader.js';
import type { JobQueue, LiveCounts } from '../queue/job-queue.port.js';
import type { JobRecords } from '../records/job-records.js';
import { pickChunks } from './pick-chunks.js';
import { restoreLiveCounts } from './restore-live-counts.js';
import { TrackedJob } from './tracked-job.js';

export interface DispatcherOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly live: LiveCounts;
  readonly jobs: JobRecords;
  readonly plans: PlanReader;
  readonly models: BulkModels;
  readonly queue: JobQueue;
  readonly windowChunks: number;
  readonly logger: Logger;
}

interface WindowPlace {
  readonly jobId: string;
  /** Unix milliseconds. */
  readonly sinceMs: number;
}

/** Re-adding what was added this lately is left to the next sweep. */
const ADDED_RECENTLY_MS = 4000;

/**
 * Keeps a small window of chunks in each endpoint's queue. It holds no state that matters: what to add follows from
 * plans and commits, and adding a chunk that is queued or running is a no-op.
 */
export class Dispatcher {
  private readonly tracked = new Map<string, TrackedJob>();
  private readonly added = new Map<string, number>();
  /** Chunks of each endpoint's window, and since when they have been in it. */
  private readonly windows = new Map<string, ReadonlyMap<string, WindowPlace>>();

  constructor(private readonly options: DispatcherOptions) {}

  /** Forgets everything, when another worker takes over. */
  reset(): void {
    this.tracked.clear();
    this.added.clear();
    this.windows.clear();
  }

  /** How long the oldest chunk of each endpoint's window has been in it, waiting or running; 0 for an empty one. */
  *windowAges(): Generator<{ readonly endpoint: string; readonly ageMs: number }> {
    const nowMs = Date.now();
    for (const [endpoint, places] of this.windows)
      yield { endpoint, ageMs: Math.max(0, ...[...places.values()].map(({ sinceMs }) => nowMs - sinceMs)) };
  }

  /** Whether a job has nothing in a window although its model is there: others of its tenant go first. */
  waitsInTurn(jobId: string): boolean {
    const job = this.tracked.get(jobId);
    const endpoint = job && this.options.models.target(job.plan.model, job.plan.via)?.endpoint;
    if (endpoint === undefined) return false;
    return ![...(this.windows.get(endpoint)?.values() ?? [])].some((place) => place.jobId === jobId);
  }

  /** Brings one running job up to date with the store; winds it up when all its chunks have their result. */
  async track(record: JobRecord): Promise<void> {
    const { store, plans } = this.options;
    const plan = await plans.read(record.tenant, record.id);
    if (plan === undefined) return;
    const job = this.tracked.get(record.id) ?? new TrackedJob(record, plan);
    const committed = await listCommits(store, record.tenant, record.id);
    job.replaceCommitted(committed);
    if (job.isComplete()) return await this.complete(job);
    this.tracked.set(record.id, job);
    await restoreLiveCounts(this.options, record, committed);
  }

  forgetAllBut(jobIds: ReadonlySet<string>): void {
    for (const jobId of this.tracked.keys()) if (!jobIds.has(jobId)) this.tracked.delete(jobId);
  }

  forget(jobId: string): void {
    this.tracked.delete(jobId);
  }

  /** A chunk has its result, so the window has room for another. */
  async committed(hint: Extract<JobHint, { kind: 'committed' }>): Promise<void> {
    const job = this.tracked.get(hint.jobId);
    if (job === undefined) return;
    job.markCommitted(hint.chunk);
    this.added.delete(queueIds.chunk({ version: 1, ...hint }));
    if (job.isComplete()) await this.track(job.record);
    const target = this.options.models.target(job.plan.model, job.plan.via);
    if (target !== undefined) await this.fill(target);
  }

  /** @param again also adds what was added lately, in case the queue was emptied. */
  async fillAll(again: boolean): Promise<void> {
    if (again) this.added.clear();
    const targets = [...this.options.models.targets()];
    const endpoints = new Set(targets.map(({ endpoint }) => endpoint));
    for (const endpoint of this.windows.keys()) if (!endpoints.has(endpoint)) this.windows.delete(endpoint);
    for (const target of targets) await this.fill(target);
  }

  private async fill(target: BulkTarget): Promise<void> {
    const { models, queue, windowChunks } = this.options;
    const jobs = [...this.tracked.values()].filter(
      ({ plan }) => models.target(plan.model, plan.via)?.endpoint === target.endpoint,
    );
    const now = Date.now();
    const window = pickChunks(
      jobs.map((job) => job.candidate()),
      windowChunks,
    ).map((picked): ChunkPayload => ({ version: 1, ...picked }));
    this.noteWindow(target.endpoint, window, now);
    const missing = window.filter(
      (payload) => now - (this.added.get(queueIds.chunk(payload)) ?? 0) > ADDED_RECENTLY_MS,
    );
    if (missing.length === 0) return;
    await queue.addChunks(target.endpoint, missing);
    for (const payload of missing) this.added.set(queueIds.chunk(payload), now);
  }

  private noteWindow(endpoint: string, window: readonly ChunkPayload[], nowMs: number): void {
    const before = this.windows.get(endpoint);
    const places = window.map((payload) => {
      const id = queueIds.chunk(payload);
      return [id, { jobId: payload.jobId, sinceMs: before?.get(id)?.sinceMs ?? nowMs }] as const;
    });
    this.windows.set(endpoint, new Map(places));
  }

  private async complete(job: TrackedJob): Promise<void> {
    const { tenant, id } = job.record;
    this.tracked.delete(id);
    const record = await this.options.jobs.apply(tenant, id, { kind: 'ending', outcome: 'completed' });
    this.options.logger.info({ jobId: id, status: record.status }, 'all chunks of a job have their result');
    try {
      await this.options.queue.addControl({ version: 1, task: 'finish', tenant, jobId: id });
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
      this.options.logger.warn({ jobId: id }, 'the queue is not reachable; the next sweep finishes this job');
    }
  }
}

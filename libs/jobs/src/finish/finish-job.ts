import {
  objectKeys,
  TERMINAL_STATUSES,
  type BatchStatus,
  type BatchUsage,
  type ChunkCommit,
  type JobPlan,
  type JobRecord,
  type TokenSums,
} from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { addTokens, NO_TOKENS } from '../chunks/finished-row.js';
import { toWaited } from '../chunks/capacity-wait.js';
import { addYielded, NO_YIELDED, toYielded } from '../chunks/yielded-calls.js';
import { assembleVectors, vectorTypeOf } from '../embeddings/vectors/assemble-vectors.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { PlanReader } from '../plan/plan-reader.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import { filesHeldBy } from '../records/files-held-by.js';
import type { JobRecords } from '../records/job-records.js';
import { assertKnown } from '../records/assert-known.js';
import { inParallel } from './in-parallel.js';
import { listCommits } from './list-commits.js';
import { releaseNamedFiles } from '../recordings/named-files.js';
import { writeTranscript } from '../recordings/write-transcript.js';
import { assembleFile } from './output-file.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { hasOpenAttempts, sealChunks, type SealRequest } from './seal-chunks.js';

export interface JobFinisherOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly plans: PlanReader;
  readonly live: LiveCounts;
  readonly outbox: WebhookOutbox;
  /** Milliseconds that workers get to save their lines before chunks are sealed. */
  readonly sealGraceMs: number;
  /** Told of each job whose end is complete; a crash right then may make it twice. */
  onEnded?(status: BatchStatus): void;
  /** Saves what has come for chunks of asynchronous calls before they are sealed. */
  readonly asyncChunks?: { settle(request: SealRequest): Promise<void> };
  readonly now?: () => number;
}

export type FinishResult = { readonly kind: 'ended' } | { readonly kind: 'later'; readonly delayMs: number };

const READS_AT_ONCE = 16;
const GRACE_CHECK_MS = 500;

/** Winds a job up: seals, counts, makes its files, freezes the record. Two finishers at once come to the same end. */
export class JobFinisher {
  private readonly now: () => number;

  constructor(private readonly options: JobFinisherOptions) {
    this.now = options.now ?? Date.now;
  }

  /** @throws GatewayError `storage_unavailable` */
  async finish(tenant: string, jobId: string): Promise<FinishResult> {
    const { jobs } = this.options;
    let record = await jobs.find(tenant, jobId);
    if (record === undefined) return { kind: 'ended' };
    assertKnown(record);
    if (record.status === 'cancelling')
      record = await jobs.apply(tenant, jobId, { kind: 'ending', outcome: 'cancelled' });
    if (!TERMINAL_STATUSES.has(record.status)) {
      if (record.outcome === null) return { kind: 'ended' };
      const plan = await this.planOf(record);
      if (!(await this.sealRest(record, plan))) return { kind: 'later', delayMs: GRACE_CHECK_MS };
      record = await this.freeze(record, plan);
    }
    await this.cleanUp(record);
    this.options.onEnded?.(record.status);
    return { kind: 'ended' };
  }

  /** A job that ends unplanned gets a plan of nothing, so that a planner still at work cannot add chunks meanwhile. */
  private async planOf({ tenant, id, inputFileId }: JobRecord): Promise<JobPlan> {
    const known = await this.options.plans.read(tenant, id);
    if (known !== undefined) return known;
    const input = { key: objectKeys.fileContent(tenant, inputFileId), etag: '', bytes: 0 };
    const nothing: JobPlan = { version: 1, jobId: id, model: '', input, total: 0, chunks: [] };
    return (await this.options.records.commitOnce(objectKeys.plan(tenant, id), nothing)).value;
  }

  /** False while workers may still save lines. */
  private async sealRest(record: JobRecord, plan: JobPlan): Promise<boolean> {
    const { store, records, sealGraceMs } = this.options;
    const committed = await listCommits(store, record.tenant, record.id);
    const chunks = plan.chunks.map((_, chunk) => chunk).filter((chunk) => !committed.has(chunk));
    if (chunks.length === 0) return true;
    const request: SealRequest = {
      store,
      records,
      record,
      plan,
      chunks,
      reason: record.outcome === 'cancelled' ? 'cancelled' : 'expired',
    };
    const inGrace = this.now() < (record.finalizingAtMs ?? 0) + sealGraceMs;
    if (inGrace && (await hasOpenAttempts(request))) return false;
    await this.options.asyncChunks?.settle(request);
    await sealChunks(request);
    return true;
  }

  private async freeze(record: JobRecord, plan: JobPlan): Promise<JobRecord> {
    const commits = await this.readCommits(record, plan);
    const [outputFileId, errorFileId] = await Promise.all([
      this.writeOutput(record, plan, commits),
      assembleFile(this.options, record, commits, 'error'),
    ]);
    const completed = commits.reduce((sum, commit) => sum + commit.completed, 0);
    const failed = commits.reduce((sum, commit) => sum + commit.failed, 0);
    return await this.options.jobs.apply(record.tenant, record.id, {
      kind: 'ended',
      counts: { total: completed + failed, completed, failed },
      usage: toBatchUsage(commits.reduce((sum, { usage }) => addTokens(sum, usage), NO_TOKENS)),
      ...toYielded(commits.map(({ yielded }) => yielded ?? NO_YIELDED).reduce(addYielded, NO_YIELDED)),
      ...toWaited(commits.reduce((sum, { waitedMs = 0 }) => sum + waitedMs, 0)),
      outputFileId,
      errorFileId,
    });
  }

  private async writeOutput(record: JobRecord, plan: JobPlan, commits: ChunkCommit[]): Promise<string | null> {
    if (record.kind === 'transcription') return await writeTranscript(this.options, record, plan, commits);
    const vectors = vectorTypeOf(record.embeddings);
    if (vectors !== undefined) return await assembleVectors(this.options, record, commits, vectors);
    return await assembleFile(this.options, record, commits, 'output');
  }

  private async readCommits(record: JobRecord, plan: JobPlan): Promise<ChunkCommit[]> {
    const commits: ChunkCommit[] = [];
    await inParallel([...plan.chunks.keys()], READS_AT_ONCE, async (chunk) => {
      const stored = await this.options.records.read<ChunkCommit>(objectKeys.commit(record.tenant, record.id, chunk));
      if (stored === undefined) throw missingCommit(record, chunk);
      commits[chunk] = stored.value;
    });
    return commits;
  }

  private async cleanUp(record: JobRecord): Promise<void> {
    const { tenant, id, errorFileId } = record;
    const held = new Set([record.inputFileId, ...filesHeldBy(record)]);
    // Before the marker goes, which leads a next worker here.
    await Promise.all([
      this.options.outbox.announce(record),
      ...[...held].map((fileId) => this.options.files.release(tenant, fileId, id)),
    ]);
    if (record.kind === 'batch') await releaseNamedFiles(this.options, record);
    await this.options.jobs.markEnded(tenant, id);
    await this.options.jobs.removeMarker(record.tenant, record.id);
    if (record.kind === 'transcription')
      await this.options.store.delete([objectKeys.recording(tenant, id), objectKeys.fetchedInput(tenant, id)]);
    // Lines that failed may be run again.
    if (record.version > 1 && errorFileId === null)
      await this.options.store.delete([objectKeys.derivedInput(tenant, id)]);
    await this.options.live.forget(record.id);
  }
}

function missingCommit(record: JobRecord, chunk: number): GatewayError {
  return new GatewayError('internal_error', 'A chunk has no result although its job was sealed.', {
    details: { jobId: record.id, chunk },
  });
}

function toBatchUsage(tokens: TokenSums): BatchUsage {
  return {
    input_tokens: tokens.promptTokens,
    input_tokens_details: { cached_tokens: tokens.cachedTokens ?? 0 },
    output_tokens: tokens.completionTokens,
    output_tokens_details: { reasoning_tokens: tokens.reasoningTokens ?? 0 },
    total_tokens: tokens.totalTokens,
  };
}

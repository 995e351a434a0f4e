import { objectKeys, type ChunkPayload, type JobEndpoint } from '#contracts';
import { GatewayError } from '#platform';
import { claimOfRecord } from '../dispatch/work-claim.js';
import type { PackPace } from '../packs/pack-pace.js';
import type { Packing } from '../packs/run-packs.js';
import type { BulkTarget } from '../models/bulk-models.port.js';
import { assertKnown } from '../records/assert-known.js';
import type { ChunkRepeats } from '../repeats/repeat-blocks.js';
import { RepeatedLines } from '../repeats/repeated-lines.js';
import { readRepeats } from '../repeats/stored-repeats.js';
import type { ChunkResult } from './chunk-result.js';
import { ChunkWorkspace, type WorkspaceState } from './chunk-workspace.js';
import { withCopies } from './equal-lines.js';
import { failKillers } from './fail-killers.js';
import type { FinishedRow } from './finished-row.js';
import { CapacityWait } from './capacity-wait.js';
import type { ChunkContext, ChunkLine } from './job-context.js';
import { LinkedSignals } from './linked-signals.js';
import { failWithoutInput, findChunkLines } from './lost-input.js';
import { objectExists } from '../objects/object-exists.js';
import { RecentRecords } from './recent-records.js';
import { RowLedger } from './row-ledger.js';
import type { ChunkRunnerOptions } from './run-chunk.options.js';
import { SoloLock } from './solo-lock.js';
import { besideOthers, slotsOfTrials, Trials } from './trials.js';
import { untilStored } from './until-stored.js';
import { WATCH_MS, watchJob } from './watch-job.js';
import { workLines, type WorkResult } from './work-lines.js';

/** Deaths of a chunk's workers after which its lines are run one by one, to find the one that kills. */
const DEATHS_BEFORE_ISOLATION = 3;
/** Calls in flight get this long to end by themselves once the chunk must stop. */
const DRAIN_MS = 3000;
const ENDPOINT_DELAY_MS = 5000;
const STORAGE_DELAY_MS = 2000;
/** Another chunk must be done first, or a newer worker is to take this one. */
const CONFLICT_DELAY_MS = 1000;
/** Other chunks tell when they share their rows. Where that is lost it costs what every hint does, as long as a sweep takes. */
const AWAITS_DELAY_MS = 5000;

/** The chunks of a job look at its record in turn; one read does for most of a round. */
const WATCHED_AGE_MS = 0.75 * WATCH_MS;

/** Their calls may take minutes; all others are soon over. */
const GENERATING: ReadonlySet<JobEndpoint> = new Set(['/v1/chat/completions', '/v1/completions']);

/** Takes a chunk from its checkpoints to its commit. Running it twice, also at the same time, records it once. */
export class ChunkRunner {
  private readonly now: () => number;
  /** A queue that was emptied hands out a chunk that still runs here; it must not run twice side by side. */
  private readonly active = new Set<string>();
  private readonly solo = new SoloLock();
  private readonly repeated: RepeatedLines;
  private readonly watched: RecentRecords;

  constructor(private readonly options: ChunkRunnerOptions) {
    this.repeated = new RepeatedLines(options.store);
    this.watched = new RecentRecords(options.jobs, WATCHED_AGE_MS);
    this.now = options.now ?? Date.now;
  }

  /**
   * @param stop aborted when this process is going down: the chunk is handed back, calls in flight are given up soon.
   * @param giveWay aborted when others are in turn: the chunk is handed back once its calls in flight have ended.
   */
  async run(payload: ChunkPayload, stop: AbortSignal, giveWay: AbortSignal = NEVER): Promise<ChunkResult> {
    const name = objectKeys.commit(payload.tenant, payload.jobId, payload.chunk);
    if (this.active.has(name))
      return { kind: 'later', delayMs: STORAGE_DELAY_MS, reason: 'it runs in this process already' };
    this.active.add(name);
    try {
      const context = await this.open(payload);
      return context === undefined ? { kind: 'gone' } : await this.attempt(context, stop, giveWay);
    } catch (error) {
      if (GatewayError.is(error, 'storage_unavailable')) {
        return await this.putOff(payload.jobId, STORAGE_DELAY_MS, error.message);
      }
      if (GatewayError.is(error, 'conflict'))
        return { kind: 'later', delayMs: CONFLICT_DELAY_MS, reason: error.message };
      throw error;
    } finally {
      this.active.delete(name);
    }
  }

  /** A job that stands still can say why. */
  private async putOff(jobId: string, delayMs: number, reason: string): Promise<ChunkResult> {
    await this.options.live.noteWaiting(jobId, { reason, atMs: this.now() });
    return { kind: 'later', delayMs, reason };
  }

  private async open({ tenant, jobId, chunk }: ChunkPayload): Promise<ChunkContext | undefined> {
    const [record, committed] = await Promise.all([
      this.options.jobs.find(tenant, jobId),
      objectExists(this.options.store, objectKeys.commit(tenant, jobId, chunk)),
    ]);
    if (record === undefined || committed || !this.isRunning(record)) return undefined;
    assertKnown(record);
    const plan = await this.options.plans.read(tenant, jobId);
    const planned = plan?.chunks[chunk];
    return plan === undefined || planned === undefined ? undefined : { record, plan, chunk, planned };
  }

  private isRunning(record: ChunkContext['record']): boolean {
    return record.status === 'in_progress' && this.now() < record.deadlineMs;
  }

  private async stillRuns(
    { tenant, id }: ChunkContext['record'],
    records: Pick<RecentRecords, 'find'> = this.options.jobs,
  ): Promise<boolean> {
    const current = await records.find(tenant, id);
    return current !== undefined && this.isRunning(current);
  }

  private async attempt(context: ChunkContext, stop: AbortSignal, giveWay: AbortSignal): Promise<ChunkResult> {
    const { store, records } = this.options;
    const taken = await this.options.asyncChunks?.take(context, stop);
    if (taken !== undefined) return taken;
    const awaited = await this.repeated.awaited(context);
    if (awaited.length > 0) return awaiting(awaited);
    const workspace = new ChunkWorkspace(store, records, context);
    const [state, lines, repeats] = await Promise.all([
      workspace.look(),
      findChunkLines(store, context),
      readRepeats(store, context),
    ]);
    const rows = await workspace.restore(state);
    if (lines === undefined) return await this.endWithoutInput(context, workspace, rows);
    const ledger = new RowLedger(rows, { ...this.options, workspace, lines });
    try {
      await untilStored(() => workspace.begin(), stop);
      const made = { workspace, ledger, state, lines, repeats, calls: { answered: 0 } };
      return await this.finish(context, { ...made, stop, giveWay });
    } finally {
      await ledger.close();
      // An attempt without its end counts as a death of its worker, and a store that is away kills nobody.
      await untilStored(() => workspace.end(), stop);
    }
  }

  /** The planned input will not come back, so what has not run fails now rather than at the deadline. */
  private async endWithoutInput(
    context: ChunkContext,
    workspace: ChunkWorkspace,
    rows: Map<number, FinishedRow>,
  ): Promise<ChunkResult> {
    const { record, chunk } = context;
    if (!(await this.stillRuns(record))) return { kind: 'gone' };
    this.options.logger.error({ jobId: record.id, chunk }, 'the input was removed or replaced while its job ran');
    await workspace.commit(failWithoutInput(context, rows), null);
    return { kind: 'committed' };
  }

  private async finish(context: ChunkContext, attempt: Attempt): Promise<ChunkResult> {
    const { workspace, ledger, lines } = attempt;
    failKillers(context, attempt);
    const result = await this.workAll(context, attempt).catch(async (error: unknown) => {
      await untilStored(() => ledger.save(), attempt.stop);
      throw error;
    });
    await ledger.close();
    if (result.kind === 'done') {
      const rows = withCopies(context.record, lines, ledger.rows);
      const commit = await untilStored(() => workspace.commit(rows, null), attempt.stop);
      if (!workspace.isOwn(commit)) this.options.onWaste('lost', attempt.calls.answered);
      await this.showProgress(context, ledger);
      return { kind: 'committed' };
    }
    await untilStored(() => ledger.save(), attempt.stop);
    if (result.kind === 'awaits') {
      await this.showProgress(context, ledger);
      return awaiting(result.chunks);
    }
    if (result.kind === 'endpoint')
      return await this.putOff(context.record.id, ENDPOINT_DELAY_MS, result.error.message);
    return await this.handBack(context, attempt);
  }

  private async handBack({ record }: ChunkContext, { stop, giveWay }: Attempt): Promise<ChunkResult> {
    if (stop.aborted) return { kind: 'later', delayMs: 0, reason: 'the worker is stopping' };
    if (!giveWay.aborted) return { kind: 'gone' };
    if (!(await this.stillRuns(record))) return { kind: 'gone' };
    return { kind: 'later', delayMs: 0, reason: 'others are in turn' };
  }

  /** Lines that repeat those of earlier chunks come last: most need no call, once these share their rows. */
  private async workAll(context: ChunkContext, attempt: Attempt): Promise<WorkResult | Awaits> {
    const { lines, repeats, ledger, state, stop } = attempt;
    const own = lines.filter(({ request }) => !repeats.firsts.has(request) && !ledger.rows.has(request));
    const concurrency = this.options.models.target(context.plan.model)?.concurrency ?? 0;
    if (state.diedLast) this.options.onWaste('died', Math.min(own.length, concurrency));
    const result = await this.work(context, attempt, own);
    if (result.kind !== 'done') return result;
    const chunk = { context, lines, repeats, ledger };
    if (await untilStored(() => this.repeated.share(chunk), stop)) await this.options.onShared?.(context);
    const chunks = await this.repeated.fill(chunk);
    if (chunks.length > 0) return { kind: 'awaits', chunks };
    const left = lines.filter(({ request }) => !ledger.rows.has(request));
    return left.length === 0 ? result : await this.work(context, attempt, left);
  }

  private async work(context: ChunkContext, attempt: Attempt, lines: readonly ChunkLine[]): Promise<WorkResult> {
    const { workspace, ledger, state, stop, giveWay } = attempt;
    const { models, endpoints, running } = this.options;
    const target = models.target(context.plan.model);
    if (target === undefined) return { kind: 'endpoint', error: modelIsGone(context.plan.model) };
    const { places, pace, slotsFor } = endpoints.of(target);
    const ended = new AbortController();
    const aborted = new AbortController();
    const leave = running.enter(context.record.id, ended);
    const links = new LinkedSignals();
    const ending = links.any([stop, ended.signal]);
    const stopping = links.any([ending, giveWay]);
    const done = new AbortController();
    const watched = {
      jobId: context.record.id,
      logger: this.options.logger,
      showProgress: async () => await this.showProgress(context, ledger),
      isRunning: async () => await this.stillRuns(context.record, this.watched),
    };
    const watch = watchJob(watched, ended, done.signal);
    ending.addEventListener('abort', () => setTimeout(() => aborted.abort(), DRAIN_MS).unref(), { once: true });
    const wait = new CapacityWait();
    const own = wait.around(
      slotsFor({ claim: claimOfRecord(context.record), mayYield: GENERATING.has(context.record.endpoint) }),
    );
    const isolated = state.openAttempts.length >= DEATHS_BEFORE_ISOLATION;
    const trials = new Trials({ workspace, ledger, slots: own, solo: this.solo, stop: stopping });
    try {
      const result = await workLines({
        context,
        lines,
        concurrency: isolated ? 1 : target.concurrency,
        ledger,
        models,
        slots: isolated ? slotsOfTrials(places) : besideOthers(this.solo, own),
        places,
        // Alone is alone: who shares a call with a line that kills would look like a killer too.
        ...(isolated ? {} : this.packingOf(context, target, pace)),
        stop: stopping,
        abort: aborted.signal,
        ...(isolated ? { beforeLine: (line) => untilStored(() => trials.begin(line), stopping) } : {}),
        onRetry: (cause) => this.options.onRetry(cause),
        onAnswered: () => void attempt.calls.answered++,
        onAborted: () => this.options.onWaste('aborted', 1),
        onYielded: (callMs) => {
          workspace.noteYielded(callMs);
          this.options.onWaste('yielded', 1);
        },
      });
      if (isolated) await untilStored(() => ledger.save(), stopping);
      return result;
    } finally {
      workspace.noteWaited(wait.elapsedMs());
      trials.leave();
      links.release();
      leave();
      done.abort();
      await watch;
    }
  }

  /** Embeddings of one request do not depend on what else is in it; the answers of chats do. */
  private packingOf({ record }: ChunkContext, { packing: limits }: BulkTarget, pace: PackPace): { packing?: Packing } {
    if (limits === undefined || record.endpoint !== '/v1/embeddings') return {};
    const { packs: observer } = this.options;
    return { packing: { limits, pace, ...(observer === undefined ? {} : { observer }) } };
  }

  private async showProgress({ record, chunk }: ChunkContext, ledger: RowLedger): Promise<void> {
    await this.options.live.set(record.id, [{ chunk, ...ledger.counts(), span: ledger.span() }]);
  }
}

interface Attempt {
  readonly workspace: ChunkWorkspace;
  readonly ledger: RowLedger;
  readonly state: WorkspaceState;
  readonly lines: readonly ChunkLine[];
  readonly repeats: ChunkRepeats;
  readonly stop: AbortSignal;
  readonly giveWay: AbortSignal;
  readonly calls: { answered: number };
}

type Awaits = { readonly kind: 'awaits'; readonly chunks: readonly number[] };

const NEVER = new AbortController().signal;

function awaiting(awaits: readonly number[]): ChunkResult {
  return { kind: 'later', delayMs: AWAITS_DELAY_MS, reason: 'it repeats texts of chunks that are not done', awaits };
}

function modelIsGone(model: string): GatewayError {
  return new GatewayError('model_not_found', `The model '${model}' is not in the catalog any more.`);
}

import type { JobKind } from '#contracts';
import type { DeferredWay } from '#inference';
import { GatewayError } from '#platform';
import { ChunkWorkspace } from '../chunks/chunk-workspace.js';
import type { ChunkContext } from '../chunks/job-context.js';
import { LinkedSignals } from '../chunks/linked-signals.js';
import { findChunkLines } from '../chunks/lost-input.js';
import { RowLedger } from '../chunks/row-ledger.js';
import type { ChunkResult } from '../chunks/chunk-result.js';
import { untilStored } from '../chunks/until-stored.js';
import type { SealRequest } from '../finish/seal-chunks.js';
import { inParallel } from '../finish/in-parallel.js';
import { removePrefix } from '../objects/remove-prefix.js';
import type { WorkSpan } from '../queue/job-queue.port.js';
import { OPERATION_OF } from '../models/operation-of.js';
import type { AsyncIntent } from './async-chunk.types.js';
import type { AsyncChunksOptions } from './async-chunks.options.js';
import { AsyncFolder } from './async-folder.js';
import { ChunkVisit, type SubmitOutcome } from './chunk-visit.js';
import { nextLookMs } from './next-look.js';

/** What callers see of it; the endpoint's name is the operator's. */
const WAITING = 'Calls wait in the queue of an asynchronous endpoint.';
const STOPPING: ChunkResult = { kind: 'later', delayMs: 0, reason: 'the worker is stopping' };
const ENDPOINT_DELAY_MS = 5000;
/** Kinds of jobs whose lines are the bodies of calls. */
const KINDS: ReadonlySet<JobKind> = new Set<JobKind>(['batch', 'embeddings']);
const RACE_DELAY_MS = 2000;
/** Chunks of which a process remembers what it has read. */
const MAX_REMEMBERED = 200;
const SETTLES_AT_ONCE = 8;
/** How long results of a job that ends are tried for. */
const SETTLE_WITHIN_MS = 15_000;

/**
 * Takes chunks whose calls go to asynchronous endpoints: writes down what it means to call, submits, and looks again.
 * Between two looks a chunk is nothing but objects in S3 and a delayed entry in its queue.
 */
export class AsyncChunks {
  private readonly now: () => number;
  private readonly roots = new Map<string, string>();
  private readonly remembered = new Map<string, Memory>();

  constructor(private readonly options: AsyncChunksOptions) {
    this.now = options.now ?? Date.now;
  }

  /**
   * `undefined` for a chunk whose calls go another way: realtime's, or because the asynchronous one is not there. The same
   * where the input is gone, which is dealt with where every chunk's is.
   */
  async take(context: ChunkContext, stop: AbortSignal): Promise<ChunkResult | undefined> {
    const way = this.wayOf(context);
    if (way === undefined) return undefined;
    const ended = new AbortController();
    const leave = this.options.running.enter(context.record.id, ended);
    const links = new LinkedSignals();
    const stopping = links.any([stop, ended.signal]);
    try {
      const result = await this.visit(context, way, stopping, (visit) => this.goOn(context, way, visit));
      return stop.aborted && result?.kind === 'later' ? STOPPING : result;
    } catch (error) {
      if (!stopping.aborted) throw error;
      this.options.logger.debug({ error, jobId: context.record.id }, 'a look was broken off');
      return stop.aborted ? STOPPING : { kind: 'gone' };
    } finally {
      links.release();
      leave();
    }
  }

  /**
   * Saves what has come for chunks that are about to be sealed, and lets go of the rest: inputs that wait in S3 are
   * removed, so that calls that have not begun fail at once. What fails here is passed over, since jobs must end.
   */
  async settle({ record, plan, chunks }: Pick<SealRequest, 'record' | 'plan' | 'chunks'>): Promise<void> {
    const way = this.wayOf({ record, plan });
    if (way === undefined) return;
    await inParallel(chunks, SETTLES_AT_ONCE, async (chunk) => {
      const planned = plan.chunks[chunk];
      if (planned === undefined) return;
      const context = { record, plan, chunk, planned };
      const patience = AbortSignal.timeout(SETTLE_WITHIN_MS);
      const settleOne = async (): Promise<void> => {
        const intent = await this.folderOf(context).readIntent();
        // Most chunks of a job that ends early were never begun.
        if (intent === undefined) return;
        await this.visit(context, way, patience, (visit) => this.letGo(intent, visit));
        await this.cleanUp(context, intent);
      };
      try {
        await untilStored(settleOne, patience);
      } catch (error) {
        this.options.logger.warn({ error, jobId: record.id, chunk }, 'results of a chunk that ends may be left behind');
      }
    });
  }

  private wayOf({ record, plan }: Pick<ChunkContext, 'record' | 'plan'>): DeferredWay | undefined {
    if (!KINDS.has(record.kind)) return undefined;
    const { model, via } = plan;
    const way = this.options.deferred.way(model);
    return way?.choice === undefined || via === 'async' ? way : undefined;
  }

  /** `undefined` where the input is gone. */
  private async visit<T>(
    context: ChunkContext,
    way: DeferredWay,
    stop: AbortSignal,
    work: (visit: ChunkVisit) => Promise<T>,
  ): Promise<T | undefined> {
    const { store, records } = this.options;
    const folder = this.folderOf(context);
    const workspace = new ChunkWorkspace(store, records, context);
    const [state, lines, stored] = await Promise.all([workspace.look(), findChunkLines(store, context), folder.read()]);
    if (lines === undefined) return undefined;
    const ledger = new RowLedger(await workspace.restore(state), { ...this.options, workspace, lines });
    const operation = OPERATION_OF[context.record.endpoint];
    const { options, roots, now } = this;
    const known = { options, context, way, operation, folder, workspace, state, lines, stored, ledger };
    const visit = new ChunkVisit({ ...known, stop, roots, now });
    try {
      return await work(visit);
    } finally {
      await ledger.close();
      await visit.end();
    }
  }

  private folderOf(context: ChunkContext): AsyncFolder {
    const { store, records } = this.options;
    return new AsyncFolder(store, records, context, this.remember(context).facts);
  }

  private async goOn(context: ChunkContext, way: DeferredWay, visit: ChunkVisit): Promise<ChunkResult | undefined> {
    let intent: AsyncIntent;
    try {
      intent = await visit.intend();
    } catch (error) {
      return await this.notReached(context, way, error, false);
    }
    const memory = this.remember(context);
    const isNew = await visit.collect(intent);
    if (isNew) memory.lastEventMs = this.now();
    if (visit.isComplete()) return await this.commit(context, intent, visit);
    const outcome = await visit.submit(intent);
    if (outcome === 'lost-the-race') {
      return { kind: 'later', delayMs: RACE_DELAY_MS, reason: 'another worker submits the calls of this chunk' };
    }
    await visit.save();
    await this.showProgress(context, visit);
    if (visit.isComplete()) return await this.commit(context, intent, visit);
    if (outcome.error !== undefined && outcome.submitted === 0) {
      const waits = visit.openCalls(intent) > 0;
      return await this.notReached(context, way, outcome.error, waits);
    }
    if (!isNew) await this.options.live.noteWaiting(context.record.id, { reason: WAITING, atMs: this.now() });
    return this.later(context, intent, visit, outcome);
  }

  /** Where the model has another way and nothing stands in the queue, an endpoint that is not there is not waited for. */
  private async notReached(
    { record }: ChunkContext,
    { endpoint, choice }: DeferredWay,
    error: unknown,
    waits: boolean,
  ): Promise<ChunkResult | undefined> {
    if (!GatewayError.is(error)) throw error;
    this.options.logger.warn({ endpoint, error }, 'calls cannot be submitted to an asynchronous endpoint');
    if (!waits && choice !== undefined && error.reason === 'upstream_misconfigured') return undefined;
    await this.options.live.noteWaiting(record.id, { reason: error.message, atMs: this.now() });
    return { kind: 'later', delayMs: ENDPOINT_DELAY_MS, reason: error.message };
  }

  private later(context: ChunkContext, intent: AsyncIntent, visit: ChunkVisit, outcome: SubmitOutcome): ChunkResult {
    const nowMs = this.now();
    const { oldestMs, readyAtMs, waitsForRoom } = visit.times(intent);
    const { endpoint } = intent;
    this.options.metrics.look({ endpoint, chunk: keyOf(context), oldestMs, nowMs });
    const lastEventMs = Math.max(this.remember(context).lastEventMs, visit.waves()?.lastMs ?? 0);
    const looks = nextLookMs({ nowMs, lastEventMs, readyAtMs, waitsForRoom });
    const delayMs = outcome.error === undefined ? looks : Math.max(looks, ENDPOINT_DELAY_MS);
    const waiting = oldestMs === undefined ? '' : `, the oldest for ${Math.round((nowMs - oldestMs) / 1000)} s`;
    return {
      kind: 'later',
      delayMs,
      reason: `${visit.openCalls(intent)} calls are outstanding at ${endpoint}${waiting}`,
    };
  }

  private async commit(context: ChunkContext, intent: AsyncIntent, visit: ChunkVisit): Promise<ChunkResult> {
    await visit.commit();
    await this.showProgress(context, visit);
    await this.cleanUp(context, intent);
    return { kind: 'committed' };
  }

  private async letGo(intent: AsyncIntent, visit: ChunkVisit): Promise<void> {
    await visit.collect(intent);
    this.options.metrics.call('abandoned', visit.openCalls(intent));
  }

  private async cleanUp(context: ChunkContext, intent: AsyncIntent): Promise<void> {
    const { store, outstanding, metrics, logger } = this.options;
    const chunk = keyOf(context);
    metrics.forget(chunk);
    this.remembered.delete(chunk);
    await outstanding.release(intent.endpoint, chunk);
    try {
      await Array.fromAsync(removePrefix(store, intent.inputs));
    } catch (error) {
      if (!GatewayError.is(error)) throw error;
      // The chunk has its result; what is left is for the bucket's own rule.
      logger.warn({ error, inputs: intent.inputs }, 'inputs of asynchronous calls could not be removed');
    }
  }

  private async showProgress(
    { record, chunk }: Pick<ChunkContext, 'record' | 'chunk'>,
    visit: ChunkVisit,
  ): Promise<void> {
    const waves = visit.waves();
    const { lastEventMs } = this.remember({ record, chunk });
    // What another process found was found at no time that is known here.
    const span = waves === undefined || lastEventMs === 0 ? {} : spanOf(waves.firstMs, lastEventMs);
    await this.options.live.set(record.id, [{ chunk, ...visit.counts(), ...span }]);
  }

  /** What was read of a chunk never changes; the least recently used are let go. */
  private remember(context: Pick<ChunkContext, 'record' | 'chunk'>): Memory {
    const key = keyOf(context);
    const memory = this.remembered.get(key) ?? { facts: new Map(), lastEventMs: 0 };
    this.remembered.delete(key);
    this.remembered.set(key, memory);
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value ?? '');
    return memory;
  }
}

function spanOf(fromMs: number, untilMs: number): { readonly span: WorkSpan } {
  return { span: { restored: 0, fromMs, untilMs: Math.max(fromMs, untilMs) } };
}

interface Memory {
  readonly facts: Map<string, unknown>;
  lastEventMs: number;
}

function keyOf({ record, chunk }: Pick<ChunkContext, 'record' | 'chunk'>): string {
  return `${record.id}-${chunk}`;
}

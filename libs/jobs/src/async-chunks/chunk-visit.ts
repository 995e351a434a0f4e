import type { DeferredWay, Operation } from '#inference';
import type { GatewayError } from '#platform';
import { kindOfFailure, toGatewayError } from '../chunks/judge-failure.js';
import type { ChunkWorkspace, WorkspaceState } from '../chunks/chunk-workspace.js';
import { withCopies } from '../chunks/equal-lines.js';
import { failKillers } from '../chunks/fail-killers.js';
import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import { untilStored } from '../chunks/until-stored.js';
import { askWhere, encodeCanary } from './ask-where.js';
import type { AsyncHistory, AsyncIntent, AsyncWave, CallTry } from './async-chunk.types.js';
import type { AsyncChunksOptions } from './async-chunks.options.js';
import type { AsyncFolder, StoredCalls } from './async-folder.js';
import { callOf, isDone, type AsyncLook } from './async-look.js';
import { collectFailures, failSuspects } from './collect-failures.js';
import { collectResults, findResults, judge, type FoundResults } from './collect-results.js';
import { inputFolderOf, outputExtensionOf, tryKey } from './name-calls.js';
import { pickCalls, type PickedCalls } from './pick-calls.js';
import { submitWave, type PreparedTry } from './submit-wave.js';
import { traceCalls } from './trace-calls.js';

export interface VisitParts {
  readonly options: AsyncChunksOptions;
  readonly context: ChunkContext;
  readonly way: DeferredWay;
  readonly operation: Operation;
  readonly folder: AsyncFolder;
  readonly workspace: ChunkWorkspace;
  readonly state: WorkspaceState;
  readonly lines: readonly ChunkLine[];
  readonly stored: StoredCalls;
  readonly ledger: RowLedger;
  readonly stop: AbortSignal;
  /** Where each endpoint writes results, as far as this process knows: a location with a slash at its end. */
  readonly roots: Map<string, string>;
  readonly now: () => number;
}

/** Whether anything was submitted, and if not all that could be, why. */
export interface SubmitOutcome {
  readonly submitted: number;
  readonly error?: GatewayError;
}

export interface VisitTimes {
  /** When the longest waiting call was submitted; `undefined` where none waits. */
  readonly oldestMs: number | undefined;
  /** When the next call may be submitted again; infinite where none waits for that. */
  readonly readyAtMs: number;
  /** Whether calls could be submitted if there were room for them. */
  readonly waitsForRoom: boolean;
}

/** SageMaker's own least. */
const MIN_TTL_SECONDS = 60;
const MAX_WAVE = 1_000;

/** One visit to a chunk: what it finds, what it submits. */
export class ChunkVisit {
  private readonly byRequest: ReadonlyMap<number, ChunkLine>;
  private history: AsyncHistory;
  private found: FoundResults = { results: new Map(), canaries: new Set() };
  private begun = false;

  constructor(private readonly parts: VisitParts) {
    this.byRequest = new Map(parts.lines.map((line) => [line.request, line]));
    this.history = parts.stored.history;
  }

  /** The chunk's intent: the stored one, or a new one once it is known where results will come. @throws GatewayError */
  async intend(): Promise<AsyncIntent> {
    const { stored, folder, way, context, ledger, lines } = this.parts;
    if (stored.intent !== undefined) return stored.intent;
    const { record, chunk } = context;
    const address = { tenant: record.tenant, jobId: record.id, chunk };
    const outputExtension = outputExtensionOf(address);
    const root = this.parts.roots.get(way.endpoint) ?? (await askWhere(this.parts, address));
    this.parts.roots.set(way.endpoint, root);
    return await folder.intend({
      version: 1,
      endpoint: way.endpoint,
      results: `${root}${outputExtension}/`,
      outputExtension,
      inputs: inputFolderOf(way.options.inputPrefix, address),
      calls: lines.filter(({ request }) => !ledger.rows.has(request)).map(({ request }) => ({ requests: [request] })),
    });
  }

  /** Makes rows of all that has come, and writes down how other tries ended. @returns whether there was anything new */
  async collect(intent: AsyncIntent): Promise<boolean> {
    const { context, state, lines, ledger, folder, stop, now } = this.parts;
    const before = ledger.rows.size;
    const look = this.look(intent);
    failKillers(context, { state, lines, ledger });
    this.found = await findResults(look);
    const judged = this.judgedResults();
    const isFresh = [...this.found.results.values()].some((one) => !isDone(look, one.call) && !judged.has(tryKey(one)));
    if (isFresh) await this.begin();
    const verdicts = [
      ...(await collectResults(look, this.found, judged)),
      ...(await collectFailures(look, this.found)),
    ];
    if (verdicts.length > 0) {
      const entry = { version: 1, atMs: now(), verdicts } as const;
      await untilStored(() => folder.addVerdicts(entry), stop);
      this.history = { ...this.history, verdicts: [...this.history.verdicts, entry] };
    }
    failSuspects(this.look(intent), this.found);
    const { options } = this.parts;
    for (const { kind, reason } of verdicts) {
      options.metrics.call(kind);
      options.onRetry(reason);
    }
    options.metrics.call('answered', ledger.rows.size - before);
    await this.save();
    return ledger.rows.size > before;
  }

  /** Submits what may be submitted now, as far as the endpoint's bound has room. */
  async submit(intent: AsyncIntent): Promise<SubmitOutcome | 'lost-the-race'> {
    if (this.parts.stop.aborted) return { submitted: 0 };
    const look = this.look(intent);
    const picked = pickCalls(
      look.traces.filter(({ call }) => !isDone(look, call)),
      look.nowMs,
    );
    const room = await this.claim(intent, this.openCalls(intent), picked.tries.length);
    if (room === 0) return { submitted: 0 };
    await this.begin();
    const { prepared, error } = await this.prepare(look, picked.tries.slice(0, room));
    if (prepared.length === 0) return { submitted: 0, ...(error === undefined ? {} : { error }) };
    return await this.sendWave(look, prepared, picked);
  }

  /** Calls that may be waiting or running now. */
  openCalls(intent: AsyncIntent): number {
    const look = this.look(intent);
    return look.traces.filter(({ call, open }) => open !== undefined && !isDone(look, call)).length;
  }

  times(intent: AsyncIntent): VisitTimes {
    const look = this.look(intent);
    const undone = look.traces.filter(({ call }) => !isDone(look, call));
    const submitted = undone.flatMap(({ open }) => open?.submittedAtMs ?? []);
    const later = undone.map(({ readyAtMs }) => readyAtMs).filter((readyAtMs) => readyAtMs > look.nowMs);
    return {
      oldestMs: submitted.length === 0 ? undefined : Math.min(...submitted),
      readyAtMs: Math.min(...later),
      waitsForRoom: undone.some(({ open, readyAtMs }) => open === undefined && readyAtMs <= look.nowMs),
    };
  }

  /** When the first and the last wave began; `undefined` before there was any. */
  waves(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    const times = this.history.waves.map(({ atMs }) => atMs);
    return times.length === 0 ? undefined : { firstMs: Math.min(...times), lastMs: Math.max(...times) };
  }

  counts(): { readonly completed: number; readonly failed: number } {
    return this.parts.ledger.counts();
  }

  async save(): Promise<void> {
    await untilStored(() => this.parts.ledger.save(), this.parts.stop);
  }

  async commit(): Promise<void> {
    const { context, lines, ledger, workspace, stop } = this.parts;
    const rows = withCopies(context.record, lines, ledger.rows);
    await untilStored(() => workspace.commit(rows, null), stop);
  }

  isComplete(): boolean {
    return this.parts.lines.every(({ request }) => this.parts.ledger.rows.has(request));
  }

  /** Says that the worker is alive, if the visit had said that it began. */
  async end(): Promise<void> {
    if (this.begun) await untilStored(() => this.parts.workspace.end(), this.parts.stop);
  }

  /** Results that were read and made no row; one that comes after its try was given up is read like any other. */
  private judgedResults(): ReadonlySet<string> {
    const all = this.history.verdicts.flatMap(({ verdicts }) => verdicts);
    return new Set(all.filter(({ kind }) => kind !== 'not-run').map(tryKey));
  }

  private look(intent: AsyncIntent): AsyncLook {
    const { context, operation, ledger, workspace, state, stop, now, options } = this.parts;
    const traces = traceCalls(intent.calls.length, this.history);
    const parts = { context, operation, ledger, workspace, state, stop, deferred: options.deferred };
    return { ...parts, intent, traces, lines: this.byRequest, nowMs: now() };
  }

  /** An answer that is read and a body that is formed may kill a worker; merely looking kills none. */
  private async begin(): Promise<void> {
    if (this.begun) return;
    await untilStored(() => this.parts.workspace.begin(), this.parts.stop);
    this.begun = true;
  }

  private async claim(intent: AsyncIntent, outstanding: number, ready: number): Promise<number> {
    const { options, way, context } = this.parts;
    const bound = way.options.outstanding;
    const wanted = Math.min(ready, MAX_WAVE);
    const { endpoint } = intent;
    const chunk = `${context.record.id}-${context.chunk}`;
    const grant = await options.outstanding.claim({ endpoint, chunk, outstanding, wanted, bound });
    if (grant !== undefined) {
      options.metrics.outstandingAt(endpoint, grant.total);
      return grant.granted;
    }
    // So many chunks can be at it at once, each of which may take its even share without asking.
    const share = Math.max(1, Math.floor(bound / options.windowChunks));
    return Math.max(0, Math.min(wanted, share - outstanding));
  }

  private async prepare(
    look: AsyncLook,
    tries: readonly CallTry[],
  ): Promise<{ readonly prepared: PreparedTry[]; readonly error?: GatewayError }> {
    const prepared: PreparedTry[] = [];
    for (const one of tries) {
      try {
        prepared.push({ ...one, encoded: await look.deferred.encode(look.operation, callOf(look, one)) });
      } catch (thrown) {
        const error = toGatewayError(thrown);
        if (kindOfFailure(error) !== 'refused') return { prepared, error };
        judge(look, one, error);
      }
    }
    return { prepared };
  }

  private async sendWave(
    look: AsyncLook,
    tries: readonly PreparedTry[],
    { areSuspects }: PickedCalls,
  ): Promise<SubmitOutcome | 'lost-the-race'> {
    const { folder, options, now } = this.parts;
    const wave: AsyncWave = {
      version: 1,
      number: Math.max(0, ...this.history.waves.map(({ number }) => number)) + 1,
      atMs: now(),
      ...this.bounds(),
      tries: tries.map(({ call, try: attempt }) => ({ call, try: attempt })),
      canary: areSuspects,
    };
    if (!(await folder.openWave(wave))) return 'lost-the-race';
    const canary = areSuspects ? await encodeCanary(this.parts) : undefined;
    const onSubmission = (outcome: 'accepted' | 'refused' | 'unclear'): void => options.metrics.call(outcome);
    const { accepted, error, receipts } = await submitWave({ look, folder, wave, tries, canary, now, onSubmission });
    const { history } = this;
    this.history = { ...history, waves: [...history.waves, wave], receipts: [...history.receipts, ...receipts] };
    return { submitted: accepted, ...(error === undefined ? {} : { error }) };
  }

  /** No call waits for longer than its job has. */
  private bounds(): Pick<AsyncWave, 'ttlSeconds' | 'timeoutSeconds'> {
    const { way, context, now } = this.parts;
    const leftSeconds = Math.ceil((context.record.deadlineMs - now()) / 1000);
    return {
      ttlSeconds: Math.max(MIN_TTL_SECONDS, Math.min(way.options.ttlSeconds, leftSeconds)),
      timeoutSeconds: way.options.timeoutSeconds,
    };
  }
}

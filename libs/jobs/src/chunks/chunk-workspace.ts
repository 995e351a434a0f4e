import { randomBytes } from 'node:crypto';
import { objectKeys, type ChunkCommit, type YieldedCalls } from '#contracts';
import type { ObjectStore, RecordStore } from '#storage';
import { inParallel } from '../finish/in-parallel.js';
import {
  addTokens,
  decodeCheckpoint,
  encodeCheckpoint,
  formOf,
  NO_TOKENS,
  type CheckpointForm,
  type FinishedRow,
} from './finished-row.js';
import { toWaited } from './capacity-wait.js';
import type { ChunkContext } from './job-context.js';
import { addYielded, NO_YIELDED, toYielded } from './yielded-calls.js';

/** What one LIST tells of all attempts at a chunk. */
export interface WorkspaceState {
  readonly checkpoints: readonly string[];
  /** Attempts that began and neither ended nor handed back: their workers died, or are running now. */
  readonly openAttempts: readonly string[];
  /** Whether the attempt that began last is one of them. */
  readonly diedLast: boolean;
  /** Requests that open attempts were running alone, and how many attempts each. */
  readonly trials: ReadonlyMap<number, number>;
  /** What attempts that ended without a commit had given up for realtime's sake. */
  readonly yielded: YieldedCalls;
  /** Milliseconds for which the same attempts stood still for want of a slot. */
  readonly waitedMs: number;
}

/** A chunk whose lines ran one by one has a checkpoint for each. */
const READS_AT_ONCE = 16;

/**
 * The objects under one chunk: `begun/{attempt}`, `ended/{attempt}`, `trial/{attempt}/{request}`,
 * `yielded/{attempt}/{calls}-{milliseconds}` and `waited/{attempt}/{milliseconds}` of an attempt that ended without a commit, the
 * checkpoints `rows/{attempt}/{n}` or `detailed-rows/{attempt}/{n}`, and the final `output` and `errors` of an attempt, which its commit names.
 */
export class ChunkWorkspace {
  private readonly prefix: string;
  private readonly attempt = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
  private checkpoints = 0;
  private yieldedBefore = NO_YIELDED;
  private yielded = NO_YIELDED;
  private waitedMsBefore = 0;
  private waitedMs = 0;
  private hasCommitted = false;

  constructor(
    private readonly store: ObjectStore,
    private readonly records: RecordStore,
    private readonly context: ChunkContext,
  ) {
    this.prefix = objectKeys.workspace(context.record.tenant, context.record.id, context.chunk);
  }

  async look(): Promise<WorkspaceState> {
    const names: string[] = [];
    let startAfter: string | undefined;
    for (;;) {
      const page = await this.store.list(this.prefix, startAfter === undefined ? {} : { startAfter });
      names.push(...page.objects.map(({ key }) => key.slice(this.prefix.length)));
      startAfter = page.objects.at(-1)?.key;
      if (!page.truncated || startAfter === undefined) break;
    }
    const state = readState(names);
    this.yieldedBefore = state.yielded;
    this.waitedMsBefore = state.waitedMs;
    return state;
  }

  /** A call was given up for realtime's sake after so long; the chunk's result will tell. */
  noteYielded(callMs: number): void {
    this.yielded = addYielded(this.yielded, { calls: 1, callMs: Math.round(callMs) });
  }

  /** This attempt has stood still for so long; the chunk's result will tell. */
  noteWaited(waitedMs: number): void {
    this.waitedMs += waitedMs;
  }

  async begin(): Promise<void> {
    await this.store.put(`${this.prefix}begun/${this.attempt}`, '');
  }

  /** Says that this attempt is over and its worker alive. */
  async end(): Promise<void> {
    if (!this.hasCommitted) await this.leaveNotes();
    await this.store.put(`${this.prefix}ended/${this.attempt}`, '');
  }

  /** Says that a request is about to be run alone, so that a death meanwhile is known to be its doing. */
  async beginTrial(request: number): Promise<void> {
    await this.store.put(`${this.prefix}trial/${this.attempt}/${request}`, '');
  }

  /** The rows that earlier attempts saved, the first of each request. */
  async restore(state: WorkspaceState): Promise<Map<number, FinishedRow>> {
    const saved: FinishedRow[][] = [];
    await inParallel([...state.checkpoints.entries()], READS_AT_ONCE, async ([index, name]) => {
      const { body } = await this.store.get(this.prefix + name);
      saved[index] = decodeCheckpoint(body, name.startsWith(FOLDERS.detailed) ? 'detailed' : 'plain');
    });
    const rows = new Map<number, FinishedRow>();
    for (const row of saved.flat()) if (!rows.has(row.request)) rows.set(row.request, row);
    return rows;
  }

  async saveCheckpoint(rows: readonly FinishedRow[]): Promise<void> {
    const number = String(this.checkpoints++).padStart(6, '0');
    const form = formOf(rows);
    await this.store.put(`${this.prefix}${FOLDERS[form]}${this.attempt}/${number}`, encodeCheckpoint(rows, form));
  }

  /** Writes the chunk's rows in input order and offers them as its result. The first commit wins, whoever's it is. */
  async commit(rows: ReadonlyMap<number, FinishedRow>, sealed: ChunkCommit['sealed']): Promise<ChunkCommit> {
    const ordered = [...rows.values()].toSorted((a, b) => a.request - b.request);
    const [output, errors] = await Promise.all([
      this.writeData(
        'output',
        ordered.filter(({ ok }) => ok),
      ),
      this.writeData(
        'errors',
        ordered.filter(({ ok }) => !ok),
      ),
    ]);
    const { record, chunk } = this.context;
    const completed = ordered.filter(({ ok }) => ok).length;
    const commit: ChunkCommit = {
      version: 1,
      chunk,
      attempt: this.attempt,
      sealed,
      output,
      errors,
      completed,
      failed: ordered.length - completed,
      usage: ordered.reduce((sum, row) => addTokens(sum, row.usage), NO_TOKENS),
      ...toYielded(addYielded(this.yieldedBefore, this.yielded)),
      ...toWaited(this.waitedMsBefore + this.waitedMs),
    };
    const { value } = await this.records.commitOnce(objectKeys.commit(record.tenant, record.id, chunk), commit);
    this.hasCommitted = true;
    return value;
  }

  /** Whether a chunk's result is this attempt's. */
  isOwn({ attempt }: ChunkCommit): boolean {
    return attempt === this.attempt;
  }

  private async leaveNotes(): Promise<void> {
    const { calls, callMs } = this.yielded;
    const notes = [
      ...(calls > 0 ? [`yielded/${this.attempt}/${calls}-${callMs}`] : []),
      ...(this.waitedMs > 0 ? [`waited/${this.attempt}/${this.waitedMs}`] : []),
    ];
    await Promise.all(notes.map((name) => this.store.put(this.prefix + name, '')));
  }

  private async writeData(name: string, rows: readonly FinishedRow[]): Promise<ChunkCommit['output']> {
    if (rows.length === 0) return null;
    const bytes = Buffer.concat(rows.flatMap(({ json }) => [json, LINE_FEED]));
    const key = `${this.prefix}${name}/${this.attempt}`;
    await this.store.put(key, bytes);
    return { key, size: bytes.length };
  }
}

const LINE_FEED = Buffer.from('\n');

const FOLDERS: Readonly<Record<CheckpointForm, string>> = { plain: 'rows/', detailed: 'detailed-rows/' };

function readState(names: readonly string[]): WorkspaceState {
  const attemptsUnder = (folder: string): string[] =>
    names.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length).split('/')[0] ?? '');
  const ended = new Set(attemptsUnder('ended/'));
  const trials = new Map<number, number>();
  for (const name of names.filter((candidate) => candidate.startsWith('trial/'))) {
    const [, attempt = '', request = ''] = name.split('/');
    if (!ended.has(attempt)) trials.set(Number(request), (trials.get(Number(request)) ?? 0) + 1);
  }
  const begun = attemptsUnder('begun/').toSorted();
  const last = begun.at(-1);
  return {
    checkpoints: names.filter((name) => Object.values(FOLDERS).some((folder) => name.startsWith(folder))),
    openAttempts: begun.filter((attempt) => !ended.has(attempt)),
    diedLast: last !== undefined && !ended.has(last),
    trials,
    yielded: names
      .filter((name) => name.startsWith('yielded/'))
      .map((name) => readYielded(name))
      .reduce(addYielded, NO_YIELDED),
    waitedMs: names
      .filter((name) => name.startsWith('waited/'))
      .reduce((sum, name) => sum + Number(name.split('/')[2]), 0),
  };
}

function readYielded(name: string): YieldedCalls {
  const [calls = 0, callMs = 0] = (name.split('/')[2] ?? '').split('-').map(Number);
  return { calls, callMs };
}

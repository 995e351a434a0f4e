import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import { objectKeys } from '#contracts';
import { createBatch, uploadInput } from '../../e2e/support/batches.js';
import { EMBEDDING_ENDPOINT, impatientClient } from '../../e2e/support/clients.js';
import { Random } from '../../fuzz/random.js';
import { startSystem, type System } from '../../setup/processes.js';
import type { Evidence, SubmittedLine, Verdict } from '../judge/evidence.js';
import { countRepeats, judgeCallsEnded } from '../judge/judge-calls.js';
import { judgeJob, type Expectation } from '../judge/judge-job.js';
import { judgeUnchanged } from '../judge/judge-life.js';
import { makeLines, toInput } from './lines.js';
import { StoredObjects, TENANT } from './stored-objects.js';
import { WatchedJob } from './watched-job.js';
import { waitFor } from './wait-for.js';

const LINES_MEANWHILE = 20;

/** Small chunks, quick checkpoints and sweeps: a job's whole life in seconds. */
export const QUICK = {
  SLUICE_CHUNK_LINES: '50',
  SLUICE_CHECKPOINT_MS: '200',
  SLUICE_SWEEP_MS: '1000',
  SLUICE_SEAL_GRACE_MS: '2000',
} as const;

/** A system of its own for one run of one scenario, with everything that the scenario and its judges need. */
export class Stage {
  readonly client: OpenAI;
  readonly objects: StoredObjects;
  private readonly jobs: WatchedJob[] = [];
  private made = 0;

  private constructor(
    readonly system: System,
    readonly random: Random,
    private readonly name: string,
  ) {
    this.client = impatientClient(system);
    this.objects = new StoredObjects(system.controlUrl);
  }

  /** Different scenarios draw different numbers from the same seed. */
  static async open(name: string, seed: number, environment: Readonly<Record<string, string>>): Promise<Stage> {
    const system = await startSystem({ environment: { ...QUICK, ...environment } });
    const base = createHash('sha256').update(name).digest().readUInt32LE(0);
    return new Stage(system, new Random(base + seed), `${name} (seed ${seed})`);
  }

  async close(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.close()));
    this.objects.close();
    await this.system.stop();
  }

  /** Uploads lines and makes a batch of them. */
  async submit(count: number): Promise<WatchedJob> {
    const lines = this.lines(count);
    return await this.submitLines(lines, await uploadInput(this.client, toInput(lines)));
  }

  async submitLines(lines: readonly SubmittedLine[], inputFileId: string): Promise<WatchedJob> {
    const { id } = await createBatch(this.client, inputFileId);
    return this.watch(id, inputFileId, lines);
  }

  /** Watches a job that exists. */
  watch(id: string, inputFileId: string, lines: readonly SubmittedLine[]): WatchedJob {
    const { client, objects, system } = this;
    const job = new WatchedJob(id, inputFileId, lines, { client, objects, witness: () => system.witness() });
    this.jobs.push(job);
    return job;
  }

  /** Lines that no other job of this stage has. */
  lines(count: number): SubmittedLine[] {
    return makeLines(`line-${++this.made}`, count);
  }

  /** Slows the model down, so that a job lasts long enough to be hurt. Put other faults of the endpoint first. */
  async slowModel(delayMs: number): Promise<void> {
    await this.system.addFault({ id: 'slow-model', target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs });
  }

  async fastModel(): Promise<void> {
    await this.system.control.removeFault('slow-model');
  }

  /** Waits for the job's end and holds every invariant against it. @returns what was judged, for more judges */
  async settle(job: WatchedJob, expectation: Expectation = {}, timeoutMs?: number): Promise<Evidence> {
    await job.ended(timeoutMs);
    const first = await this.objects.fingerprint(job.id);
    await this.allQuiet(job);
    const evidence = await job.evidence();
    const complaints = [
      ...judgeJob(evidence, expectation),
      ...judgeUnchanged(first, await this.objects.fingerprint(job.id)),
    ];
    if (complaints.length > 0) throw new Error(`job ${job.id}: ${complaints.join('; ')}`);
    this.report(`${job.lines.length} lines, ${countRepeats(evidence)} of them asked again`);
    return evidence;
  }

  /**
   * Waits until every attempt at the job has said that it ended, and gives whoever else would still call the time that
   * another job takes.
   *
   * @returns what was judged
   */
  async judgeQuiet(job: WatchedJob): Promise<Verdict> {
    const endedAtMs = await waitFor(`the end of all attempts at job ${job.id}`, async () => {
      const names = await this.objects.list(objectKeys.jobData(TENANT, job.id));
      return openAttempts(names).length === 0 ? Date.now() : undefined;
    });
    await this.settle(await this.submit(LINES_MEANWHILE));
    return judgeCallsEnded({ calls: await job.calls() }, endedAtMs);
  }

  /** Prints a figure of this run; nothing is asserted by it. */
  report(figure: string): void {
    console.log(`${this.name}: ${figure}`);
  }

  /** The marker goes last, when an ended job leaves nothing to be done. */
  private async allQuiet(job: WatchedJob): Promise<void> {
    const key = `active/default/${job.id}`;
    await waitFor(`the end of the marker of job ${job.id}`, async () =>
      (await this.objects.find(key)) === undefined ? true : undefined,
    );
  }
}

/** Attempts whose marker of the beginning has none of the end beside it. */
function openAttempts(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => name.includes('/begun/') && !all.has(name.replace('/begun/', '/ended/')));
}

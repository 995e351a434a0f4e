import { setTimeout as delay } from 'node:timers/promises';
import type OpenAI from 'openai';
import { objectKeys, TERMINAL_STATUSES, type JobRecord } from '#contracts';
import type { WitnessRecord } from '../../setup/processes.js';
import type { Evidence, Sighting, StoredFile, SubmittedLine } from '../judge/evidence.js';
import { judgeLiveObjects } from '../judge/judge-objects.js';
import { TENANT, type StoredObjects } from './stored-objects.js';
import { waitFor } from './wait-for.js';

const POLL_MS = 200;

export interface WatchedJobParts {
  readonly client: OpenAI;
  readonly objects: StoredObjects;
  witness(): Promise<readonly WitnessRecord[]>;
}

/** A job that was accepted: polled from then on, and looked at from outside when it has ended. */
export class WatchedJob {
  private readonly sightings: Sighting[] = [];
  private readonly stop = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    readonly id: string,
    readonly inputFileId: string,
    readonly lines: readonly SubmittedLine[],
    private readonly parts: WatchedJobParts,
  ) {
    this.watching = this.watch();
  }

  /** The job's record once it has ended. */
  async ended(timeoutMs = 120_000): Promise<JobRecord> {
    return await waitFor(`the end of job ${this.id}`, async () => await this.endedRecord(), timeoutMs);
  }

  async hasStatus(...statuses: readonly string[]): Promise<void> {
    await waitFor(`status ${statuses.join(' or ')} of job ${this.id}`, async () => {
      const record = await this.parts.objects.job(this.id);
      return record !== undefined && statuses.includes(record.status) ? true : undefined;
    });
  }

  /** Waits until this many lines have been asked of the model. */
  async asked(count: number, timeoutMs?: number): Promise<void> {
    const reached = async (): Promise<true | undefined> => ((await this.askedLines()).size >= count ? true : undefined);
    await waitFor(`${count} lines of job ${this.id} asked of the model`, reached, timeoutMs);
  }

  async askedLines(): Promise<ReadonlySet<string>> {
    return new Set((await this.calls()).flatMap(({ inputs }) => inputs));
  }

  async calls(): Promise<readonly WitnessRecord[]> {
    const own = new Set(this.lines.map(({ digest }) => digest));
    return (await this.parts.witness()).filter(({ inputs }) => inputs.some((input) => own.has(input)));
  }

  /** Nothing of a live job is missing. Read twice, since a job may end between two looks. */
  async complainLive(): Promise<readonly string[]> {
    const { objects } = this.parts;
    const [hasMarker, hasInput, hasPlan] = await Promise.all(
      [
        objectKeys.activeMarker(TENANT, this.id),
        objectKeys.fileContent(TENANT, this.inputFileId),
        objectKeys.plan(TENANT, this.id),
      ].map(async (key) => (await objects.find(key)) !== undefined),
    );
    const record = await objects.job(this.id);
    if (record === undefined) return [`job ${this.id} has no record`];
    return judgeLiveObjects({
      status: record.status,
      hasMarker: hasMarker === true,
      hasInput: hasInput === true,
      hasPlan: hasPlan === true,
    });
  }

  /** What judges look at, once the job has ended. */
  async evidence(): Promise<Evidence> {
    await this.endSeen();
    const { objects } = this.parts;
    const record = await objects.job(this.id);
    if (record === undefined) throw new Error(`job ${this.id} has no record`);
    const [output, errors, filesOfJob, calls] = await Promise.all([
      this.file(record.outputFileId),
      this.file(record.errorFileId),
      objects.filesOfJob(this.id),
      this.calls(),
    ]);
    return { lines: this.lines, record, output, errors, filesOfJob, calls, sightings: this.sightings };
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.watching;
  }

  private async file(id: string | null): Promise<StoredFile | null | undefined> {
    return id === null ? null : await this.parts.objects.file(id);
  }

  private async endedRecord(): Promise<JobRecord | undefined> {
    const record = await this.parts.objects.job(this.id);
    return record !== undefined && TERMINAL_STATUSES.has(record.status) ? record : undefined;
  }

  private async endSeen(): Promise<void> {
    const isOver = (sighting: Sighting | undefined): boolean =>
      ['failed', 'completed', 'expired', 'cancelled'].includes(sighting?.status ?? '');
    await waitFor(`the end of job ${this.id} in a poll`, () =>
      Promise.resolve(isOver(this.sightings.at(-1)) ? true : undefined),
    );
  }

  private async watch(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        const batch = await this.parts.client.batches.retrieve(this.id, { timeout: 5000, signal: this.stop.signal });
        const { total = 0, completed = 0, failed = 0 } = batch.request_counts ?? {};
        this.sightings.push({ status: batch.status, total, completed, failed });
      } catch {
        // The api, the store or the connection is broken on purpose; the next poll tells.
      }
      await delay(POLL_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }
}

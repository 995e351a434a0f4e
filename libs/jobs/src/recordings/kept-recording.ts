import { randomUUID } from 'node:crypto';
import type { Transcript } from '#inference';
import { RecordStore, type ObjectStore } from '#storage';
import { inParallel } from '../finish/in-parallel.js';
import { listPages } from '../objects/list-pages.js';
import type { DecodedRecording } from './decode-recording.js';

const READS_AT_ONCE = 16;

/**
 * What the store knows of one recording that is heard inside a call: its samples, its plan, and what its pieces were heard
 * as. The first plan and the first transcript of a piece count, so attempts that run side by side come to the same.
 */
export class KeptRecording {
  private readonly records: RecordStore;

  constructor(
    private readonly store: ObjectStore,
    /** Of all its objects; ends with a slash. */
    private readonly prefix: string,
    private readonly signal: AbortSignal,
  ) {
    this.records = new RecordStore(store);
  }

  async plan(): Promise<DecodedRecording | undefined> {
    return (await this.records.read<DecodedRecording>(this.planKey, { signal: this.signal }))?.value;
  }

  /** Each attempt's samples have a key of their own, so that none replaces what another's plan names. */
  newSamplesKey(): string {
    return `${this.prefix}samples/${randomUUID()}`;
  }

  /** @returns the plan that counts. */
  async keepPlan(plan: DecodedRecording): Promise<DecodedRecording> {
    const { won, value } = await this.records.commitOnce(this.planKey, plan, { signal: this.signal });
    if (!won) await this.store.delete([plan.input.key]);
    return value;
  }

  /** What pieces were heard as, by their index. */
  async heard(): Promise<Map<number, Transcript>> {
    const heard = new Map<number, Transcript>();
    for await (const { objects } of listPages(this.store, this.piecesPrefix)) {
      await inParallel(objects, READS_AT_ONCE, async ({ key }) => {
        const kept = await this.records.read<Transcript>(key, { signal: this.signal });
        if (kept !== undefined) heard.set(Number(key.slice(this.piecesPrefix.length)), kept.value);
      });
    }
    return heard;
  }

  /** @returns the transcript that counts. */
  async keepPiece(piece: number, transcript: Transcript): Promise<Transcript> {
    const { value } = await this.records.commitOnce(`${this.piecesPrefix}${piece}`, transcript, {
      signal: this.signal,
    });
    return value;
  }

  /** Once every piece is kept nobody needs them, and they are large. */
  async removeSamples({ input }: DecodedRecording): Promise<void> {
    await this.store.delete([input.key], { signal: this.signal });
  }

  private get planKey(): string {
    return `${this.prefix}plan`;
  }

  private get piecesPrefix(): string {
    return `${this.prefix}pieces/`;
  }
}

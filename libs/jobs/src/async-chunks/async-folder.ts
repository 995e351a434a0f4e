import { objectKeys } from '#contracts';
import { newId } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { ChunkContext } from '../chunks/job-context.js';
import { listPages } from '../objects/list-pages.js';
import type { AsyncHistory, AsyncIntent, AsyncReceipt, AsyncVerdicts, AsyncWave } from './async-chunk.types.js';

export interface StoredCalls {
  readonly intent: AsyncIntent | undefined;
  readonly history: AsyncHistory;
}

const WAVE_DIGITS = 6;

/**
 * What attempts at a chunk write down of its asynchronous calls, in the chunk's workspace: `async/intent`,
 * `async/waves/{n}`, `async/receipts/…` and `async/verdicts/…`. Nothing is ever written over, so what was read once is
 * kept in `known`.
 */
export class AsyncFolder {
  private readonly prefix: string;

  constructor(
    private readonly store: ObjectStore,
    private readonly records: RecordStore,
    { record, chunk }: Pick<ChunkContext, 'record' | 'chunk'>,
    private readonly known: Map<string, unknown> = new Map(),
  ) {
    this.prefix = `${objectKeys.workspace(record.tenant, record.id, chunk)}async/`;
  }

  /** @throws GatewayError `storage_unavailable` */
  async read(): Promise<StoredCalls> {
    const names = await this.list();
    const [intent] = await this.readAll<AsyncIntent>(names.filter((name) => name === 'intent'));
    const under = (folder: string): string[] => names.filter((name) => name.startsWith(folder));
    const [waves, receipts, verdicts] = await Promise.all([
      this.readAll<AsyncWave>(under('waves/')),
      this.readAll<AsyncReceipt>(under('receipts/')),
      this.readAll<AsyncVerdicts>(under('verdicts/')),
    ]);
    return { intent, history: { waves, receipts, verdicts } };
  }

  /** @throws GatewayError `storage_unavailable` */
  async readIntent(): Promise<AsyncIntent | undefined> {
    const [intent] = await this.readAll<AsyncIntent>(['intent']);
    return intent;
  }

  /** The first intent stands. */
  async intend(intent: AsyncIntent): Promise<AsyncIntent> {
    return (await this.records.commitOnce(`${this.prefix}intent`, intent)).value;
  }

  /** False when another worker has opened a wave of this number: then the other one submits. */
  async openWave(wave: AsyncWave): Promise<boolean> {
    const name = `waves/${String(wave.number).padStart(WAVE_DIGITS, '0')}`;
    return (await this.records.commitOnce(this.prefix + name, wave)).won;
  }

  async addReceipt(receipt: AsyncReceipt): Promise<void> {
    await this.records.create(`${this.prefix}receipts/${newId('')}`, receipt);
  }

  async addVerdicts(verdicts: AsyncVerdicts): Promise<void> {
    await this.records.create(`${this.prefix}verdicts/${newId('')}`, verdicts);
  }

  private async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const { objects } of listPages(this.store, this.prefix))
      names.push(...objects.map(({ key }) => key.slice(this.prefix.length)));
    return names;
  }

  private async readAll<T>(names: readonly string[]): Promise<T[]> {
    const values = await Promise.all(
      names.map(async (name) => {
        // Each name holds what its writer put there, of the type that its folder says.
        const known = this.known.get(name) as T | undefined;
        const value = known ?? (await this.records.read<T>(this.prefix + name))?.value;
        if (value !== undefined) this.known.set(name, value);
        return value;
      }),
    );
    return values.filter((value) => value !== undefined);
  }
}

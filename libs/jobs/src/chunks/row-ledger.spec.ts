import { describe, expect, it } from 'vitest';
import { GatewayError, createLogger } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newChunkContext, until } from '../testing/index.js';
import { ChunkWorkspace } from './chunk-workspace.js';
import { NO_TOKENS, type FinishedRow } from './finished-row.js';
import { RowLedger } from './row-ledger.js';

const NO_TIMER_MS = 60_000;

function rowOf(request: number, ok = true): FinishedRow {
  return { request, ok, json: Buffer.from(`{"row":${request}}`), usage: NO_TOKENS };
}

interface Options {
  readonly checkpointMs?: number;
  readonly checkpointBytes?: number;
  readonly store?: MemoryObjectStore;
  readonly rows?: readonly FinishedRow[];
}

function createLedger(options: Options = {}) {
  const store = options.store ?? new MemoryObjectStore();
  const workspace = new ChunkWorkspace(store, new RecordStore(store), newChunkContext(10));
  const saved = async (): Promise<number[]> => {
    const rows = await workspace.restore(await workspace.look());
    return [...rows.keys()].toSorted((a, b) => a - b);
  };
  const ledger = new RowLedger(new Map(options.rows?.map((row) => [row.request, row])), {
    workspace,
    checkpointMs: options.checkpointMs ?? NO_TIMER_MS,
    checkpointBytes: options.checkpointBytes ?? 1_000_000,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  return { store, ledger, saved };
}

/** A store whose writes are refused for a reason that does not pass by itself. */
class RefusingStore extends MemoryObjectStore {
  refusing = true;
  override async put(...parameters: Parameters<MemoryObjectStore['put']>): Promise<{ etag: string }> {
    if (this.refusing) throw new GatewayError('internal_error', 'The storage refused a request of the server.');
    return await super.put(...parameters);
  }
}

describe('RowLedger', () => {
  it('writes a checkpoint when enough bytes have come', async () => {
    const { ledger, saved } = createLedger({ checkpointBytes: 18 });
    ledger.add(rowOf(0));
    expect(await saved()).toEqual([]);
    ledger.add(rowOf(1));
    await until(async () => (await saved()).length === 2);
    await ledger.close();
  });

  it('counts rows that were made of others, and saves none of them', async () => {
    const { ledger, saved } = createLedger({ checkpointBytes: 1 });
    ledger.addCopy(rowOf(0));
    await ledger.save();
    expect(await saved()).toEqual([]);
    ledger.add(rowOf(1));
    await ledger.save();
    expect([await saved(), ledger.counts()]).toEqual([[1], { completed: 2, failed: 0 }]);
    await ledger.close();
  });

  it('writes a checkpoint when enough time has passed', async () => {
    const { ledger, saved } = createLedger({ checkpointMs: 5 });
    ledger.add(rowOf(3));
    await until(async () => (await saved()).includes(3));
    ledger.add(rowOf(1));
    await until(async () => (await saved()).length === 2);
    await ledger.close();
  });

  it('saves on demand what is unsaved, once', async () => {
    const { store, ledger, saved } = createLedger();
    ledger.add(rowOf(0));
    ledger.add(rowOf(1));
    await ledger.save();
    await ledger.save();
    expect(await saved()).toEqual([0, 1]);
    const { objects } = await store.list('t/');
    expect(objects).toHaveLength(1);
    await ledger.close();
  });

  it('keeps rows that the store did not take, in memory, and writes them with the next', async () => {
    const { store, ledger, saved } = createLedger();
    ledger.add(rowOf(0));
    store.failNext('put');
    await expect(ledger.save()).rejects.toMatchObject({ reason: 'storage_unavailable' });
    ledger.add(rowOf(1));
    await ledger.save();
    expect(await saved()).toEqual([0, 1]);
    await ledger.close();
  });

  it('survives a store that takes no checkpoint for long', async () => {
    const { store, ledger, saved } = createLedger({ checkpointMs: 2 });
    store.failNext('put', 5);
    for (let request = 0; request < 5; request++) ledger.add(rowOf(request));
    await until(async () => (await saved()).length === 5);
    await ledger.close();
  });

  it('does not fall over a store that refuses its checkpoints for good', async () => {
    const store = new RefusingStore();
    const { ledger, saved } = createLedger({ checkpointBytes: 1, store });
    ledger.add(rowOf(0));
    await ledger.close();
    await expect(ledger.save()).rejects.toMatchObject({ reason: 'internal_error' });
    store.refusing = false;
    await ledger.save();
    expect(await saved()).toEqual([0]);
  });

  it('counts all rows, those of earlier attempts too', () => {
    const { ledger } = createLedger({ rows: [rowOf(0), rowOf(1, false)] });
    expect(ledger.counts()).toEqual({ completed: 1, failed: 1 });
    ledger.add(rowOf(2));
    ledger.add(rowOf(3, false));
    expect(ledger.counts()).toEqual({ completed: 2, failed: 2 });
  });
});

import { readFile } from 'node:fs/promises';
import { GatewayError, writePrivateFile, type Logger } from '#platform';
import type { RecordStore } from '#storage';
import { toEntry, type KeyEntry } from './key-entry.js';
import type { KeyRecord } from './key-record.js';
import type { KeyRing } from './key-ring.js';
import { parseKeys, parseKeysFile } from './parse-keys-file.js';

/** All keys are one record, so that a change is one conditional write and a reading one GET. */
export const STORED_KEYS = 'keys/ring';

/** The record's value. */
export interface StoredKeyRing {
  readonly keys: readonly KeyEntry[];
}

export interface StoredKeysOptions {
  readonly records: RecordStore;
  readonly ring: KeyRing;
  /** Path of the local copy. */
  readonly cacheFile: string;
  /** Milliseconds between two readings. */
  readonly reloadMs: number;
  readonly logger: Logger;
}

const READ_TIMEOUT_MS = 5000;

/** Keeps a ring's keys as the object store says, and a local copy of them for a start while the store is away. */
export class StoredKeys {
  private timer: NodeJS.Timeout | undefined;
  private cacheFails = false;
  private failing = false;

  constructor(private readonly options: StoredKeysOptions) {}

  /** Never throws: a store that is away leaves the copy's keys, as old as they are, or none. */
  async open(): Promise<void> {
    if (!(await this.reload())) await this.readCache();
    this.schedule();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** @returns whether the store answered with keys that can be used. Otherwise the last good ones stay. */
  async reload(): Promise<boolean> {
    const { ring, logger } = this.options;
    const readAtMs = Date.now();
    try {
      const keys = await this.read();
      ring.replace(keys, 'store', readAtMs);
      if (this.failing) logger.info('the keys can be read from the object store again');
      this.failing = false;
      await this.writeCache(keys, readAtMs);
      return true;
    } catch (error) {
      if (!this.failing) logger.error({ error }, 'the keys cannot be read from the object store; the last good stay');
      this.failing = true;
      return false;
    }
  }

  private async read(): Promise<KeyRecord[]> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const record = await this.options.records.read<StoredKeyRing>(STORED_KEYS, { signal });
    if (record === undefined) return [];
    const { keys } = record.value;
    if (!Array.isArray(keys)) throw new GatewayError('internal_error', 'The record of the keys holds none.');
    return parseKeys(keys);
  }

  /** Written anew at every reading, since the time of the reading is what a next start goes by. */
  private async writeCache(keys: readonly KeyRecord[], readAtMs: number): Promise<void> {
    const { cacheFile, logger } = this.options;
    const text = JSON.stringify({ readAt: new Date(readAtMs).toISOString(), keys: keys.map(toEntry) });
    try {
      await writePrivateFile(cacheFile, text);
      this.cacheFails = false;
    } catch (error) {
      if (!this.cacheFails) logger.warn({ cacheFile, error }, 'the local copy of the keys cannot be written');
      this.cacheFails = true;
    }
  }

  private async readCache(): Promise<void> {
    const { cacheFile, ring, logger } = this.options;
    try {
      const { readAt, keys } = JSON.parse(await readFile(cacheFile, 'utf8')) as { readAt: string; keys: unknown };
      const readAtMs = Date.parse(readAt);
      if (Number.isNaN(readAtMs)) throw new Error('it does not say when it was written');
      ring.replace(parseKeysFile(JSON.stringify(keys)), 'store', Math.min(readAtMs, Date.now()));
      logger.warn({ cacheFile, readAt }, 'the keys are those of the local copy');
    } catch (error) {
      logger.error({ cacheFile, error }, 'there is no local copy of the keys either');
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      void this.reload().then(() => {
        if (this.timer !== undefined) this.schedule();
      });
    }, this.options.reloadMs);
    this.timer.unref();
  }
}

import { GatewayError } from '#platform';
import { RecordStore, type ObjectStore } from '#storage';
import { toEntry } from '../key-entry.js';
import type { KeyRecord } from '../key-record.js';
import { parseKeys } from '../parse-keys-file.js';
import { STORED_KEYS, type StoredKeyRing } from '../stored-keys.js';
import { KeysPlace } from './keys-place.port.js';

/** Keys in the object store, which all processes of an installation share. */
export class StoreKeysPlace extends KeysPlace {
  readonly description: string;
  private readonly records: RecordStore;

  constructor(
    private readonly store: ObjectStore & { close(): void },
    bucket: string,
  ) {
    super();
    this.description = `s3://${bucket}/${STORED_KEYS}`;
    this.records = new RecordStore(store);
  }

  override async read(): Promise<readonly KeyRecord[]> {
    const record = await this.records.read<StoredKeyRing>(STORED_KEYS);
    return record === undefined ? [] : parseKeys(record.value.keys);
  }

  override async update(change: (records: readonly KeyRecord[]) => readonly KeyRecord[]): Promise<void> {
    await this.ensureRecord();
    await this.records.update<StoredKeyRing>(STORED_KEYS, ({ keys }) => ({
      keys: change(parseKeys(keys)).map(toEntry),
    }));
  }

  override close(): void {
    this.store.close();
  }

  private async ensureRecord(): Promise<void> {
    if ((await this.records.read(STORED_KEYS)) !== undefined) return;
    try {
      await this.records.create<StoredKeyRing>(STORED_KEYS, { keys: [] });
    } catch (error) {
      // Somebody else has just made it.
      if (!GatewayError.is(error, 'conflict')) throw error;
    }
  }
}

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, GatewayError } from '#platform';
import { RecordStore, type StoredObject } from '#storage';
import { MemoryObjectStore } from '../../../../libs/storage/src/testing/index.js';
import { toEntry } from './key-entry.js';
import { KeyHasher } from './key-hasher.js';
import { KeyRing } from './key-ring.js';
import { STORED_KEYS, StoredKeys } from './stored-keys.js';

const HOUR_MS = 3_600_000;
const hasher = new KeyHasher('a pepper of some length');

/** A store that can be away. */
class SwitchedStore extends MemoryObjectStore {
  isAway = false;

  override async get(...read: Parameters<MemoryObjectStore['get']>): Promise<StoredObject> {
    if (this.isAway) throw new GatewayError('storage_unavailable', 'S3 is away.');
    return super.get(...read);
  }
}

describe('keys in the object store', () => {
  let folder: string;
  let cacheFile: string;
  let objects: SwitchedStore;
  let records: RecordStore;
  let ring: KeyRing;
  let keys: StoredKeys;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-stored-keys-'));
    cacheFile = join(folder, 'new', 'cache.json');
    objects = new SwitchedStore();
    records = new RecordStore(objects);
    await records.create(STORED_KEYS, { keys: [entryOf('sk-a')] });
    begin();
  });
  afterEach(async () => {
    keys.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** As a process that starts. */
  const begin = (): void => {
    keys?.close();
    const logger = createLogger({ name: 'test', level: 'silent' });
    ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: 24 * HOUR_MS });
    keys = new StoredKeys({ records, ring, cacheFile, reloadMs: 10_000, logger });
  };
  const entryOf = (key: string): object =>
    toEntry({
      id: `id-${key}`,
      hash: hasher.hash(key).toString('hex'),
      tenant: 'acme',
      name: undefined,
      createdAtMs: 0,
      revokedAtMs: undefined,
    });

  it('are known after a start, and to a next start while the store is away', async () => {
    await keys.open();
    expect(ring.find('sk-a')).toMatchObject({ tenant: 'acme', keyId: 'id-sk-a' });
    objects.isAway = true;
    begin();
    await keys.open();
    expect(ring.find('sk-a')).toMatchObject({ tenant: 'acme', keyId: 'id-sk-a' });
  });

  it('stand in a copy that its owner alone can read, and that holds no key', async () => {
    await keys.open();
    expect((await stat(cacheFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(cacheFile, 'utf8')).not.toMatch(/"sk-a/);
  });

  it('are refused by a start whose copy is too old', async () => {
    await keys.open();
    const copy = JSON.parse(await readFile(cacheFile, 'utf8')) as object;
    await writeFile(cacheFile, JSON.stringify({ ...copy, readAt: new Date(Date.now() - 25 * HOUR_MS).toISOString() }));
    objects.isAway = true;
    begin();
    await keys.open();
    expect(ring.find('sk-a')).toBeUndefined();
    expect(ring.check().ok).toBe(false);
  });

  it('are none, and no failure, where neither store nor copy answers', async () => {
    objects.isAway = true;
    await keys.open();
    expect(ring.find('sk-a')).toBeUndefined();
    expect(ring.check().ok).toBe(false);
  });

  it('stay as they were while a reading fails or is nonsense, and change with the next good one', async () => {
    await keys.open();
    objects.isAway = true;
    expect(await keys.reload()).toBe(false);
    expect(ring.find('sk-a')).toBeDefined();
    objects.isAway = false;
    await records.update(STORED_KEYS, () => ({ keys: [{ id: 'half' }] }));
    expect(await keys.reload()).toBe(false);
    expect(ring.find('sk-a')).toBeDefined();
    await records.update(STORED_KEYS, () => ({ keys: [entryOf('sk-b')] }));
    expect(await keys.reload()).toBe(true);
    expect([ring.find('sk-a'), ring.find('sk-b')?.keyId]).toEqual([undefined, 'id-sk-b']);
  });
});

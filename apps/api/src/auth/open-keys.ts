import { randomBytes } from 'node:crypto';
import { ConfigurationError, type Logger } from '#platform';
import { RecordStore, type ObjectStore } from '#storage';
import { KeyHasher } from './key-hasher.js';
import { KeyRing } from './key-ring.js';
import { KeysFile } from './keys-file.js';
import type { KeysConfig } from './keys.config.js';
import type { ModelKeyring } from './model-keys.js';
import { StoredKeys } from './stored-keys.js';

/** The key ring of the process and what keeps it up to date. */
export interface Keys {
  readonly ring: KeyRing;
  close(): void;
}

export interface KeysOptions {
  readonly config: KeysConfig;
  readonly logger: Logger;
  /** Asked for only where configuration says that keys are read from the object store. */
  readonly openStore: () => ObjectStore & { close(): void };
  readonly modelKeys?: ModelKeyring | undefined;
}

/** @throws ConfigurationError when no source gives any key: an api without keys would be either open or useless. */
export async function openKeys({ config, logger, openStore, modelKeys }: KeysOptions): Promise<Keys> {
  const { apiKey, staleAfterMs, reloadMs, cacheFile } = config;
  // Without stored keys nothing that was hashed before has to be recognised, so the pepper may be new each time.
  const hasher = new KeyHasher(config.pepper ?? randomBytes(32).toString('hex'));
  const ring = new KeyRing({ hasher, apiKey, staleAfterMs, modelKeys });
  const file =
    config.file === undefined
      ? undefined
      : new KeysFile({ path: config.file, optional: config.fileOptional, reloadMs, ring, logger });
  const objects = config.store === 'none' ? undefined : openStore();
  const store = objects && new StoredKeys({ records: new RecordStore(objects), ring, cacheFile, reloadMs, logger });
  const close = (): void => {
    file?.close();
    store?.close();
    objects?.close();
  };
  await file?.open();
  await store?.open();
  const { ok, detail } = ring.check();
  if (ok) return { ring, close };
  close();
  throw new ConfigurationError(
    `There is no API key. ${detail ?? ''} Set SLUICE_API_KEY, or add a key with 'npm run keys -- create'.`,
  );
}

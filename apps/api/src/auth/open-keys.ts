import { randomBytes } from 'node:crypto';
import { ConfigurationError, type Logger } from '#platform';
import { KeyHasher } from './key-hasher.js';
import { KeyRing } from './key-ring.js';
import { KeysFile } from './keys-file.js';
import type { KeysConfig } from './keys.config.js';

/** The key ring of the process and what keeps it up to date. */
export interface Keys {
  readonly ring: KeyRing;
  close(): void;
}

/** @throws ConfigurationError when no source gives any key: an api without keys would be either open or useless. */
export async function openKeys(config: KeysConfig, logger: Logger): Promise<Keys> {
  // Without a keys file nothing that was hashed before has to be recognised, so the pepper may be new each time.
  const hasher = new KeyHasher(config.pepper ?? randomBytes(32).toString('hex'));
  const ring = new KeyRing({ hasher, apiKey: config.apiKey, staleAfterMs: config.staleAfterMs });
  const file =
    config.file === undefined
      ? undefined
      : new KeysFile({ path: config.file, reloadMs: config.reloadMs, ring, logger });
  await file?.open();
  const { ok, detail } = ring.check();
  if (!ok) {
    file?.close();
    throw new ConfigurationError(
      `There is no API key. ${detail ?? ''} Set SLUICE_API_KEY, or add a key to SLUICE_KEYS_FILE.`,
    );
  }
  return { ring, close: () => file?.close() };
}

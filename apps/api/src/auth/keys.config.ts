import { join } from 'node:path';
import {
  ConfigurationError,
  readChoice,
  readInteger,
  readOptionalString,
  readString,
  type Environment,
} from '#platform';

/** Where API keys come from. */
export interface KeysConfig {
  /** One key of the tenant `default`. */
  readonly apiKey: string | undefined;
  /** Path of a keys file. */
  readonly file: string | undefined;
  /** Whether that is the usual place, where there need not be one, and not a file that somebody has named. */
  readonly fileOptional: boolean;
  /** Whether keys are also read from the object store, which replicas share. */
  readonly store: KeysStore;
  /** Path of the local copy of the store's keys, for a start without it. */
  readonly cacheFile: string;
  /** Secret under which keys are hashed. */
  readonly pepper: string | undefined;
  /** Milliseconds between two readings of the file; a revoked key works that much longer. */
  readonly reloadMs: number;
  /** Milliseconds without a good reading after which the file's keys stop working. */
  readonly staleAfterMs: number;
}

export const KEYS_STORES = ['none', 's3'] as const;
type KeysStore = (typeof KEYS_STORES)[number];

const HOUR_MS = 3_600_000;
const MAX_STALE_HOURS = 720;
/** In the home folder, which `npm start` and `npm run keys` share. */
export const KEYS_FILE = 'keys.json';
export const MIN_PEPPER_LENGTH = 16;

/** @throws ConfigurationError when there is no source of keys at all, or a keys file without its pepper. */
export function readKeysConfig(environment: Environment): KeysConfig {
  const sources = readSources(environment);
  const { apiKey, pepper, named, store } = sources;
  const isPeppered = pepper !== undefined && pepper.length >= MIN_PEPPER_LENGTH;
  checkSources(sources, isPeppered);
  const home = readString(environment, 'SLUICE_HOME', '.sluice');
  return Object.freeze({
    apiKey,
    // Without a pepper no key of a file could be recognised.
    file: named ?? (isPeppered ? join(home, KEYS_FILE) : undefined),
    fileOptional: named === undefined,
    store,
    cacheFile: readString(environment, 'SLUICE_KEYS_CACHE_FILE', join(home, 'keys-cache.json')),
    pepper,
    reloadMs: readInteger(environment, 'SLUICE_KEYS_RELOAD_MS', { fallback: 5000, min: 100, max: 10_000 }),
    staleAfterMs:
      readInteger(environment, 'SLUICE_KEYS_STALE_HOURS', { fallback: 24, min: 1, max: MAX_STALE_HOURS }) * HOUR_MS,
  });
}

interface KeySources {
  readonly apiKey: string | undefined;
  readonly pepper: string | undefined;
  /** A keys file that somebody has named. */
  readonly named: string | undefined;
  readonly store: KeysStore;
}

function readSources(environment: Environment): KeySources {
  return {
    apiKey: readOptionalString(environment, 'SLUICE_API_KEY'),
    pepper: readOptionalString(environment, 'SLUICE_KEY_PEPPER'),
    named: readOptionalString(environment, 'SLUICE_KEYS_FILE'),
    store: readChoice(environment, 'SLUICE_KEYS_STORE', KEYS_STORES, 'none'),
  };
}

function checkSources({ apiKey, named, store }: KeySources, isPeppered: boolean): void {
  if (apiKey === undefined && named === undefined && store === 'none') {
    throw new ConfigurationError(
      'There is no API key. Set SLUICE_API_KEY, or SLUICE_KEYS_FILE or SLUICE_KEYS_STORE and SLUICE_KEY_PEPPER.',
    );
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]{1,512}$/.test(apiKey)) {
    throw new ConfigurationError('SLUICE_API_KEY must be at most 512 printable ASCII characters without spaces.');
  }
  if (isPeppered || (named === undefined && store === 'none')) return;
  throw new ConfigurationError(
    `${named === undefined ? 'SLUICE_KEYS_STORE' : 'SLUICE_KEYS_FILE'} needs SLUICE_KEY_PEPPER, the secret that its ` +
      `keys were hashed with (at least ${MIN_PEPPER_LENGTH} characters).`,
  );
}

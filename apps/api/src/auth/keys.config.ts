import { ConfigurationError, readInteger, readOptionalString, type Environment } from '#platform';

/** Where API keys come from. */
export interface KeysConfig {
  /** One key of the tenant `default`. */
  readonly apiKey: string | undefined;
  /** Path of a keys file. */
  readonly file: string | undefined;
  /** Secret under which keys are hashed. */
  readonly pepper: string | undefined;
  /** Milliseconds between two readings of the file; a revoked key works that much longer. */
  readonly reloadMs: number;
  /** Milliseconds without a good reading after which the file's keys stop working. */
  readonly staleAfterMs: number;
}

const HOUR_MS = 3_600_000;
const MAX_STALE_HOURS = 720;
const MIN_PEPPER_LENGTH = 16;

/** @throws ConfigurationError when there is no source of keys at all, or a keys file without its pepper. */
export function readKeysConfig(environment: Environment): KeysConfig {
  const apiKey = readOptionalString(environment, 'SLUICE_API_KEY');
  const file = readOptionalString(environment, 'SLUICE_KEYS_FILE');
  const pepper = readOptionalString(environment, 'SLUICE_KEY_PEPPER');
  if (apiKey === undefined && file === undefined) {
    throw new ConfigurationError('There is no API key. Set SLUICE_API_KEY, or SLUICE_KEYS_FILE and SLUICE_KEY_PEPPER.');
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]{1,512}$/.test(apiKey)) {
    throw new ConfigurationError('SLUICE_API_KEY must be at most 512 printable ASCII characters without spaces.');
  }
  if (file !== undefined && (pepper === undefined || pepper.length < MIN_PEPPER_LENGTH)) {
    throw new ConfigurationError(
      `SLUICE_KEYS_FILE needs SLUICE_KEY_PEPPER, the secret that its keys were hashed with (at least ${MIN_PEPPER_LENGTH} characters).`,
    );
  }
  return Object.freeze({
    apiKey,
    file,
    pepper,
    reloadMs: readInteger(environment, 'SLUICE_KEYS_RELOAD_MS', { fallback: 5000, min: 100, max: 10_000 }),
    staleAfterMs:
      readInteger(environment, 'SLUICE_KEYS_STALE_HOURS', { fallback: 24, min: 1, max: MAX_STALE_HOURS }) * HOUR_MS,
  });
}

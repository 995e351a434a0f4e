import { readBoolean, readInteger, type Environment } from '#platform';

/** Recordings that are fetched from addresses of callers. */
export interface UrlInputConfig {
  readonly enabled: boolean;
  readonly maxBytes: number;
  /** Milliseconds that fetching one recording may take. */
  readonly timeoutMs: number;
}

const GIBIBYTE = 1_073_741_824;
const MINUTE_MS = 60_000;

/** @throws ConfigurationError */
export function readUrlInputConfig(environment: Environment): UrlInputConfig {
  return Object.freeze({
    enabled: readBoolean(environment, 'SLUICE_URL_INPUTS', false),
    maxBytes: readInteger(environment, 'SLUICE_URL_INPUT_BYTES', {
      fallback: 2 * GIBIBYTE,
      min: 1024,
      max: 8 * GIBIBYTE,
    }),
    timeoutMs: readInteger(environment, 'SLUICE_URL_INPUT_TIMEOUT_MS', {
      fallback: 10 * MINUTE_MS,
      min: 100,
      max: 120 * MINUTE_MS,
    }),
  });
}

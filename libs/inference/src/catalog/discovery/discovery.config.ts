import { join } from 'node:path';
import { readChoice, readInteger, readOptionalString, readString, type Environment } from '#platform';
import type { ControlPlaneOptions } from './control-plane-clients.js';
import { EMD_KEYS_SECRET } from './read-emd-keys.js';

/** Where models are looked for: EMD's stacks, endpoints by tag, both, or nowhere. */
const DISCOVERY_MODES = ['off', 'emd', 'tags', 'all'] as const;
type DiscoveryMode = (typeof DISCOVERY_MODES)[number];

export interface DiscoveryConfig {
  readonly mode: DiscoveryMode;
  /** Milliseconds between two look-ups; each is put off or brought forward by a tenth at random. */
  readonly intervalMs: number;
  /** Milliseconds that must have passed since the last look-up before an unknown name causes another. */
  readonly unknownIntervalMs: number;
  /** Milliseconds for one look-up as a whole. */
  readonly timeoutMs: number;
  /** Milliseconds that a start waits for the first look-up when it knows of no earlier one. */
  readonly startWaitMs: number;
  /** Where the last good models are kept; absent = nowhere. */
  readonly cachePath?: string;
  /** Seals the keys that are kept beside them; absent = keys are kept nowhere. */
  readonly cachePepper?: string;
  readonly keysSecret: string;
  /** Milliseconds for which the last keys hold while the secret cannot be read. */
  readonly keysStaleAfterMs: number;
  readonly controlPlane: ControlPlaneOptions;
}

const HOUR_MS = 3_600_000;

/** @throws ConfigurationError naming the variable. */
export function readDiscoveryConfig(environment: Environment): DiscoveryConfig {
  const milliseconds = (name: string, fallback: number): number =>
    readInteger(environment, name, { fallback, min: 100, max: 86_400_000 });
  const home = readString(environment, 'SLUICE_HOME', '.sluice');
  const cachePath = readString(environment, 'SLUICE_DISCOVERY_CACHE', join(home, 'discovered-models.json'));
  const cachePepper = readOptionalString(environment, 'SLUICE_KEY_PEPPER');
  return Object.freeze({
    mode: readChoice(environment, 'SLUICE_DISCOVERY', DISCOVERY_MODES, 'off'),
    intervalMs: milliseconds('SLUICE_DISCOVERY_INTERVAL_MS', 60_000),
    unknownIntervalMs: milliseconds('SLUICE_DISCOVERY_UNKNOWN_MODEL_MS', 60_000),
    timeoutMs: milliseconds('SLUICE_DISCOVERY_TIMEOUT_MS', 30_000),
    // Shorter than the patience of what starts containers and asks them whether they are ready.
    startWaitMs: milliseconds('SLUICE_DISCOVERY_START_WAIT_MS', 10_000),
    ...(cachePath !== 'off' && { cachePath }),
    ...(cachePepper !== undefined && { cachePepper }),
    keysSecret: readString(environment, 'SLUICE_DISCOVERY_KEYS_SECRET', EMD_KEYS_SECRET),
    keysStaleAfterMs: readInteger(environment, 'SLUICE_KEYS_STALE_HOURS', { fallback: 24, min: 1, max: 720 }) * HOUR_MS,
    controlPlane: Object.freeze({
      connectTimeoutMs: milliseconds('SLUICE_CONNECT_TIMEOUT_MS', 3_000),
      callTimeoutMs: milliseconds('SLUICE_DISCOVERY_CALL_TIMEOUT_MS', 10_000),
    }),
  });
}

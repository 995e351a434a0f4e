import { readChoice, readInteger, readOptionalString, readString, type Environment } from '#platform';
import { readDiscoveryConfig, type DiscoveryConfig } from './catalog/discovery/discovery.config.js';
import { LIMIT_DEFAULTS, type LimitDefaults } from './catalog/parse-catalog.js';
import type { CircuitBreakerOptions } from './capacity/circuit-breaker.js';
import type { ReadVariable } from './catalog/read-target.js';
import type { SageMakerOptions } from './transport/sagemaker/sagemaker-client.js';

const TRANSPORT_CHOICES = ['fast', 'sdk'] as const;
type TransportChoice = (typeof TRANSPORT_CHOICES)[number];

export interface InferenceConfig {
  /** Path of the model catalog, or `none` where all models are discovered. */
  readonly catalogPath: string;
  /** `fast` signs and sends by itself; `sdk` goes through the AWS SDK's client, for comparison. */
  readonly transport: TransportChoice;
  /** Time-outs of models whose catalog entry names none. */
  readonly limits: LimitDefaults;
  /** Reads a variable of the environment that a catalog entry names, e.g. a server's key. */
  readonly readVariable: ReadVariable;
  /** Where deployed models are looked for beside the catalog. */
  readonly discovery: DiscoveryConfig;
  readonly sageMaker: SageMakerOptions;
  /** When calls to an endpoint that keeps failing are refused, and for how long. */
  readonly circuitBreaker: CircuitBreakerOptions;
  /** Attempts after the first, before the first byte of an answer. Bulk calls retry by themselves. */
  readonly maxRetries: number;
  /** Milliseconds for which the status of a stream is held back for its first event. */
  readonly holdMs: number;
  /** Milliseconds of silence after which a stream shows that it is alive. */
  readonly keepAliveMs: number;
}

/** @throws ConfigurationError naming the variable. */
export function readInferenceConfig(environment: Environment): InferenceConfig {
  const milliseconds = (name: string, fallback: number): number =>
    readInteger(environment, name, { fallback, min: 1, max: 3_600_000 });
  return Object.freeze({
    catalogPath: readString(environment, 'SLUICE_CATALOG', './sluice.yaml'),
    transport: readChoice(environment, 'SLUICE_TRANSPORT', TRANSPORT_CHOICES, 'fast'),
    limits: {
      requestTimeoutMs: milliseconds('SLUICE_REQUEST_TIMEOUT_MS', LIMIT_DEFAULTS.requestTimeoutMs),
      httpRequestTimeoutMs: milliseconds('SLUICE_HTTP_REQUEST_TIMEOUT_MS', LIMIT_DEFAULTS.httpRequestTimeoutMs),
      firstTokenTimeoutMs: milliseconds('SLUICE_FIRST_TOKEN_TIMEOUT_MS', LIMIT_DEFAULTS.firstTokenTimeoutMs),
      stallTimeoutMs: milliseconds('SLUICE_STALL_TIMEOUT_MS', LIMIT_DEFAULTS.stallTimeoutMs),
    },
    readVariable: (name: string) => readOptionalString(environment, name),
    discovery: readDiscoveryConfig(environment),
    sageMaker: {
      connectTimeoutMs: milliseconds('SLUICE_CONNECT_TIMEOUT_MS', 3_000),
      maxConnections: readInteger(environment, 'SLUICE_MAX_CONNECTIONS', { fallback: 1_024, min: 1, max: 65_535 }),
    },
    circuitBreaker: {
      // Three calls with all their retries, and one more attempt.
      failures: readInteger(environment, 'SLUICE_BREAKER_FAILURES', { fallback: 10, min: 1, max: 1_000_000 }),
      openMs: milliseconds('SLUICE_BREAKER_OPEN_MS', 5_000),
    },
    maxRetries: readInteger(environment, 'SLUICE_MAX_RETRIES', { fallback: 2, min: 0, max: 10 }),
    // SDK users' proxies and apps give up on silent headers after 30 to 60 s.
    holdMs: milliseconds('SLUICE_STREAM_HOLD_MS', 10_000),
    keepAliveMs: milliseconds('SLUICE_STREAM_KEEP_ALIVE_MS', 15_000),
  });
}

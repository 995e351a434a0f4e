import type { EndpointInput } from './sagemaker/endpoints/endpoint-definition.js';
import { defaultEndpoints } from './sagemaker/endpoints/default-endpoints.js';
import type { Credentials } from './signature/verify-signature.js';

export interface LocalAwsConfig {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly credentials: Credentials;
  /** Whether S3 is served here; off where another S3 stands beside. */
  readonly s3: 'on' | 'off';
  /** Where asynchronous inferences read and write; absent means the S3 served here. */
  readonly s3Endpoint?: string;
  readonly s3TimeoutMs: number;
  /** Whether S3 answers a write only when it would survive a power cut; tests that kill nothing are faster without. */
  readonly s3Durable: boolean;
  /** Made at start where S3 is served here; results of asynchronous endpoints go to the first. */
  readonly buckets: readonly string[];
  /** Request and response body of a realtime call. */
  readonly payloadLimitBytes: number;
  /** How long a realtime call may take that is not streamed. */
  readonly invocationTimeoutMs: number;
  readonly streamTimeoutMs: number;
  readonly notificationTimeoutMs: number;
  /** Length of a second of RequestTTLSeconds and InvocationTimeoutSeconds. */
  readonly asyncSecondMs: number;
  /** What the chat engine spends on each token, so that a stream is seen to be one. */
  readonly tokenDelayMs: number;
  /** Begins the random cuts of streams and the jitter of simulated GPUs. */
  readonly seed: number;
  readonly endpoints: readonly EndpointInput[];
  /** Takes a line about a failure that no caller sees. */
  readonly log: (line: string) => void;
}

/** Everything but the data folder has a default. */
export type LocalAwsOptions = Partial<LocalAwsConfig> & Pick<LocalAwsConfig, 'dataDir'>;

/** What the service model allows; newer pages of AWS say 25 MB. */
export const strictPayloadLimitBytes = 6_291_456;

export function completeConfig(options: LocalAwsOptions): LocalAwsConfig {
  return {
    host: '127.0.0.1',
    port: 4566,
    credentials: { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' },
    s3: 'on',
    s3TimeoutMs: 30_000,
    s3Durable: true,
    buckets: ['sluice'],
    payloadLimitBytes: strictPayloadLimitBytes,
    // SageMaker's own bounds: 60 seconds, and 8 minutes for a stream.
    invocationTimeoutMs: 60_000,
    streamTimeoutMs: 480_000,
    notificationTimeoutMs: 5000,
    asyncSecondMs: 1000,
    tokenDelayMs: 4,
    seed: 1,
    endpoints: defaultEndpoints,
    log: (line) => process.stderr.write(`local-aws: ${line}\n`),
    ...options,
  };
}

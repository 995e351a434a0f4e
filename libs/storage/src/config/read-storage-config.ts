import { ConfigurationError, readInteger, readOptionalString, readString, type Environment } from '#platform';

export interface StorageConfig {
  readonly bucket: string;
  /** Put before every key and taken off in results, so that installations can share a bucket; ends with `/` or is absent. */
  readonly prefix?: string;
  readonly region: string;
  /** Base URL of an S3 server that is not AWS. */
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  /** Until the answer's head, all attempts together, and between two pieces of a body; bodies sent get extra time by their size. */
  readonly requestTimeoutMs: number;
  /** Attempts of the SDK for one request, the first included. */
  readonly maxAttempts: number;
  readonly maxSockets: number;
}

/** @throws ConfigurationError naming the variable that makes no sense. */
export function readStorageConfig(environment: Environment): StorageConfig {
  const endpoint = readEndpoint(environment);
  const prefix = readPrefix(environment);
  return {
    bucket: readString(environment, 'SLUICE_BUCKET', 'sluice'),
    ...(prefix !== undefined && { prefix }),
    region: readString(environment, 'AWS_REGION', readString(environment, 'AWS_DEFAULT_REGION', 'us-east-1')),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: endpoint !== undefined,
    requestTimeoutMs: readInteger(environment, 'SLUICE_S3_TIMEOUT_MS', { fallback: 10_000, min: 100, max: 600_000 }),
    maxAttempts: readInteger(environment, 'SLUICE_S3_MAX_ATTEMPTS', { fallback: 3, min: 1, max: 10 }),
    maxSockets: readInteger(environment, 'SLUICE_S3_MAX_SOCKETS', { fallback: 128, min: 1, max: 4_096 }),
  };
}

function readEndpoint(environment: Environment): string | undefined {
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const endpoint = readOptionalString(environment, name);
    if (endpoint === undefined) continue;
    const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : undefined;
    if (protocol === 'http:' || protocol === 'https:') return endpoint;
    throw new ConfigurationError(`${name} must be an http or https URL, but is '${endpoint}'.`);
  }
  return undefined;
}

function readPrefix(environment: Environment): string | undefined {
  const text = readOptionalString(environment, 'SLUICE_S3_PREFIX')?.replace(/^\/+|\/+$/g, '');
  return text === undefined || text === '' ? undefined : `${text}/`;
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { StorageConfig } from '../config/read-storage-config.js';

/** A host that does not accept connections is given up early, so that the SDK's retry still fits into the request's time. */
const MAX_CONNECT_MS = 2_000;

export function connectTimeoutMs({ requestTimeoutMs }: Pick<StorageConfig, 'requestTimeoutMs'>): number {
  return Math.min(MAX_CONNECT_MS, requestTimeoutMs);
}

/** The SDK's own credential chain is used where no credentials are given. */
export function createS3Client(config: StorageConfig, credentials?: S3ClientConfig['credentials']): S3Client {
  // Agents of ours: given only options, the SDK opens a fresh, unbounded agent for every body that it announces with `Expect`.
  const agentOptions = { keepAlive: true, maxSockets: config.maxSockets };
  return new S3Client({
    region: config.region,
    forcePathStyle: config.forcePathStyle,
    maxAttempts: config.maxAttempts,
    retryMode: 'standard',
    expectContinueHeader: false,
    requestHandler: {
      httpAgent: new HttpAgent(agentOptions),
      httpsAgent: new HttpsAgent(agentOptions),
      connectionTimeout: connectTimeoutMs(config),
    },
    ...(credentials !== undefined && { credentials }),
    // Servers other than AWS are known to store the framing of checksummed streams as content.
    ...(config.endpoint !== undefined && {
      endpoint: config.endpoint,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  });
}

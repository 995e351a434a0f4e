import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { FaultPlan } from '../../faults/fault-plan.js';
import { createS3Handler, type S3Handler, type S3HandlerOptions } from '../create-s3-handler.js';

export const testCredentials = { accessKeyId: 'local-key', secretAccessKey: 'local-secret' };

export interface RunningS3 {
  readonly endpoint: string;
  readonly dataDir: string;
  readonly faults: FaultPlan;
  readonly handler: S3Handler;
  /** What the handler reported as internal errors; a test that expects none checks that it is empty. */
  readonly internalErrors: unknown[];
  /** A client of its own, with no retries unless asked for. */
  client(config?: S3ClientConfig): S3Client;
  /** Stops serving and keeps the folder. */
  stop(): Promise<void>;
}

export async function createDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sluice-s3-'));
}

export async function removeDataDir(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
}

/** Serves S3 on a free port over a folder, which is the caller's to remove. */
export async function startS3(dataDir: string, options: Partial<S3HandlerOptions> = {}): Promise<RunningS3> {
  const faults = new FaultPlan();
  const internalErrors: unknown[] = [];
  const onInternalError = (error: unknown): void => void internalErrors.push(error);
  const handler = await createS3Handler({ dataDir, credentials: testCredentials, faults, onInternalError, ...options });
  const server = createServer((request, response) => void handler.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: S3Client[] = [];
  return {
    endpoint,
    dataDir,
    faults,
    handler,
    internalErrors,
    client: (config = {}) => {
      const client = createTestClient(endpoint, config);
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function createTestClient(endpoint: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    forcePathStyle: true,
    maxAttempts: 1,
    ...config,
  });
}

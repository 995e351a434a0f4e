import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient, type SageMakerRuntimeClientConfig } from '@aws-sdk/client-sagemaker-runtime';
import type { LocalAwsOptions } from '../config.js';
import { startLocalAws, type LocalAws } from '../server.js';

export interface TestAws {
  readonly aws: LocalAws;
  readonly dataDir: string;
  /** What was logged as failures that no caller sees. */
  readonly logged: string[];
  /** A client without retries, so that a test sees each answer. */
  readonly sageMaker: SageMakerRuntimeClient;
  readonly s3: S3Client;
  createSageMakerClient(config?: SageMakerRuntimeClientConfig): SageMakerRuntimeClient;
  /** Calls `/_control/{path}` and gives status and JSON. */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; data: unknown }>;
  /** Stops and removes the data folder. */
  close(): Promise<void>;
}

/** The whole stand-in on a free port over a folder of its own, answering without delays. */
export async function startTestAws(options: Partial<LocalAwsOptions> = {}): Promise<TestAws> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-aws-')));
  const logged: string[] = [];
  const log = (line: string): void => void logged.push(line);
  const aws = await startLocalAws({ port: 0, tokenDelayMs: 0, s3Durable: false, log, ...options, dataDir });
  const clients: { destroy(): void }[] = [];
  const shared = { endpoint: aws.url, region: 'us-east-1', credentials: aws.credentials, maxAttempts: 1 };
  const createSageMakerClient = (config: SageMakerRuntimeClientConfig = {}) => {
    const client = new SageMakerRuntimeClient({ ...shared, ...config });
    clients.push(client);
    return client;
  };
  const s3 = new S3Client({ ...shared, forcePathStyle: true });
  clients.push(s3);
  return {
    aws,
    dataDir,
    logged,
    s3,
    sageMaker: createSageMakerClient(),
    createSageMakerClient,
    control: async (method, path, body) => {
      const response = await fetch(`${aws.url}/_control/${path}`, {
        method,
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, data: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await aws.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

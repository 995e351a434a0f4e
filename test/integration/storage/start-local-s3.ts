import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3ObjectExchange, S3ObjectLinks, S3ObjectStore, type StorageConfig } from '#storage';
import { FaultPlan } from '../../../apps/local-aws/src/faults/fault-plan.js';
import { createS3Handler } from '../../../apps/local-aws/src/s3/create-s3-handler.js';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const BUCKET = 'sluice-test';

export interface LocalS3 {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  /** The real SDK without Sluice, to look at what Sluice left behind. */
  readonly client: S3Client;
  readonly bucket: string;
  requestCount(operation: string): number;
  /** Sockets that clients hold open. */
  connectionCount(): Promise<number>;
  openStore(overrides?: Partial<StorageConfig>): S3ObjectStore;
  openLinks(overrides?: Partial<StorageConfig>): S3ObjectLinks;
  openExchange(overrides?: Partial<StorageConfig>): S3ObjectExchange;
  close(): Promise<void>;
}

/** The local S3 on a free port with one empty bucket, and stores of ours in front of it. */
export async function startLocalS3(): Promise<LocalS3> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
  const faults = new FaultPlan();
  const handler = await createS3Handler({ dataDir, credentials: CREDENTIALS, faults, durable: false });
  const server = createServer((request, response) => void handler.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const stores: { close(): void }[] = [];

  return {
    endpoint,
    faults,
    client,
    bucket: BUCKET,
    requestCount: (operation) => handler.requestCount()[operation] ?? 0,
    connectionCount: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      ),
    openStore: (overrides = {}) => {
      const store = new S3ObjectStore({ ...defaultConfig(endpoint), ...overrides }, { credentials: CREDENTIALS });
      stores.push(store);
      return store;
    },
    openLinks: (overrides = {}) => {
      const links = new S3ObjectLinks({ ...defaultConfig(endpoint), ...overrides }, { credentials: CREDENTIALS });
      stores.push(links);
      return links;
    },
    openExchange: (overrides = {}) => {
      const exchange = new S3ObjectExchange({ ...defaultConfig(endpoint), ...overrides }, { credentials: CREDENTIALS });
      stores.push(exchange);
      return exchange;
    },
    close: async () => {
      for (const store of stores) store.close();
      client.destroy();
      await handler.close();
      server.closeAllConnections();
      server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function defaultConfig(endpoint: string): StorageConfig {
  return {
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    requestTimeoutMs: 20_000,
    maxAttempts: 3,
    maxSockets: 64,
  };
}

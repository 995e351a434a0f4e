import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { readWorkerConfig } from './config.js';
import { createWorker } from './create-worker.js';

describe('the worker process', () => {
  it('names the variable and the remedy where a setting makes no sense', () => {
    expect(() => readWorkerConfig({ WORKER_PORT: 'many' })).toThrow(ConfigurationError);
    expect(() => readWorkerConfig({ WORKER_PORT: 'many' })).toThrow(/WORKER_PORT must be a whole number/);
  });

  it('does not start on a port that is taken, and stops cleanly', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const nowhere = 'http://127.0.0.1:1';
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const config = readWorkerConfig({
      WORKER_PORT: String(port),
      SLUICE_LOG_LEVEL: 'silent',
      REDIS_URL: 'redis://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: nowhere,
    });
    const sageMaker = { ...config.inference.sageMaker, endpoint: nowhere, region: 'us-east-1', credentials };
    const worker = await createWorker({ ...config, inference: { ...config.inference, sageMaker } });

    await expect(worker.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await worker.stop('test')).toBe(true);
    other.close();
  });
});

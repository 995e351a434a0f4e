import { describe, expect, it } from 'vitest';
import { readBulkConfig, readWorkerBulkConfig } from './jobs.config.js';

describe('readWorkerBulkConfig', () => {
  it('has a default for everything', () => {
    const config = readWorkerBulkConfig({});
    expect(config).toMatchObject({ redisUrl: 'redis://127.0.0.1:6379', chunkLines: 500, windowChunks: 16 });
    expect(Object.isFrozen(config)).toBe(true);
    expect(config).toMatchObject(readBulkConfig({}));
  });

  it('lets lines share calls unless that is turned off', () => {
    expect(readWorkerBulkConfig({}).packing).toBe(true);
    expect(readWorkerBulkConfig({ SLUICE_PACKING: 'off' }).packing).toBe(false);
  });

  it.each([
    ['SLUICE_CHUNK_LINES', '0'],
    ['SLUICE_WINDOW_CHUNKS', '-1'],
    ['SLUICE_SWEEP_MS', 'often'],
    ['SLUICE_REDIS_TIMEOUT_MS', '1.5'],
    ['SLUICE_BATCH_FILE_SECONDS', '60'],
    ['SLUICE_PACKING', 'maybe'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readWorkerBulkConfig({ [name]: value })).toThrow(new RegExp(name));
  });
});

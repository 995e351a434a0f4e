import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInferenceConfig } from './inference.config.js';

describe('readInferenceConfig', () => {
  it('has a default for everything', () => {
    expect(readInferenceConfig({})).toEqual({
      catalogPath: './sluice.yaml',
      transport: 'fast',
      limits: {
        requestTimeoutMs: 70_000,
        httpRequestTimeoutMs: 600_000,
        firstTokenTimeoutMs: 120_000,
        stallTimeoutMs: 60_000,
      },
      readVariable: expect.any(Function) as unknown,
      discovery: {
        mode: 'off',
        intervalMs: 60_000,
        unknownIntervalMs: 60_000,
        timeoutMs: 30_000,
        startWaitMs: 10_000,
        cachePath: join('.sluice', 'discovered-models.json'),
        keysSecret: 'EMD-APIKey-Secrets',
        keysStaleAfterMs: 86_400_000,
        controlPlane: { connectTimeoutMs: 3_000, callTimeoutMs: 10_000 },
      },
      sageMaker: { connectTimeoutMs: 3_000, maxConnections: 1_024 },
      circuitBreaker: { failures: 10, openMs: 5_000 },
      maxRetries: 2,
      holdMs: 10_000,
      keepAliveMs: 15_000,
    });
  });

  it.each([
    ['SLUICE_TRANSPORT', 'pigeon', 'SLUICE_TRANSPORT must be one of fast, sdk'],
    ['SLUICE_REQUEST_TIMEOUT_MS', '0', 'SLUICE_REQUEST_TIMEOUT_MS must be a whole number'],
    ['SLUICE_MAX_RETRIES', 'many', 'SLUICE_MAX_RETRIES must be a whole number'],
  ])('names %s when it makes no sense', (name, value, message) => {
    expect(() => readInferenceConfig({ [name]: value })).toThrow(message);
  });
});

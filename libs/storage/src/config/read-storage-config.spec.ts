import { describe, expect, it } from 'vitest';
import { readStorageConfig } from './read-storage-config.js';

describe('readStorageConfig', () => {
  it('means AWS itself where nothing is set', () => {
    expect(readStorageConfig({})).toEqual({
      bucket: 'sluice',
      region: 'us-east-1',
      forcePathStyle: false,
      requestTimeoutMs: 10_000,
      maxAttempts: 3,
      maxSockets: 128,
    });
  });

  it('addresses a server of one’s own by path', () => {
    const config = readStorageConfig({ AWS_ENDPOINT_URL: 'http://localhost:9000', AWS_REGION: 'eu-central-1' });
    expect(config).toMatchObject({ endpoint: 'http://localhost:9000', forcePathStyle: true, region: 'eu-central-1' });
  });

  it('prefers the endpoint that is for S3 alone', () => {
    const config = readStorageConfig({ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'https://s3' });
    expect(config.endpoint).toBe('https://s3');
  });

  it.each([
    ['team', 'team/'],
    ['/team/sluice/', 'team/sluice/'],
    ['/', undefined],
  ])('makes of the prefix %j the prefix %j', (text, prefix) => {
    expect(readStorageConfig({ SLUICE_S3_PREFIX: text }).prefix).toBe(prefix);
  });

  it.each([
    ['AWS_ENDPOINT_URL_S3', 'localhost:9000'],
    ['SLUICE_S3_TIMEOUT_MS', '5s'],
    ['SLUICE_S3_MAX_ATTEMPTS', '0'],
    ['SLUICE_S3_MAX_SOCKETS', '-1'],
  ])('names %s when it makes no sense', (name, value) => {
    expect(() => readStorageConfig({ [name]: value })).toThrow(name);
  });
});

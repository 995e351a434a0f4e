import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.js';

describe('the configuration from the environment', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4566,
      dataDir: './.sluice/aws',
      credentials: { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' },
      s3: 'on',
      buckets: ['sluice'],
      payloadLimitBytes: 6_291_456,
    });
  });

  it('takes what is set, and empty for not set', () => {
    const config = readConfig({
      LOCAL_AWS_PORT: '0',
      LOCAL_AWS_HOST: '0.0.0.0',
      LOCAL_AWS_DATA: '/data',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: '',
      LOCAL_AWS_S3: 'off',
      LOCAL_AWS_S3_ENDPOINT: 'http://seaweed:8333',
      LOCAL_AWS_BUCKETS: 'one, two,',
      LOCAL_AWS_PAYLOAD_LIMIT: '25000000',
      LOCAL_AWS_TOKEN_DELAY_MS: '0',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      dataDir: '/data',
      credentials: { accessKeyId: 'key', secretAccessKey: 'sluice-local-secret' },
      s3: 'off',
      s3Endpoint: 'http://seaweed:8333',
      buckets: ['one', 'two'],
      payloadLimitBytes: 25_000_000,
      tokenDelayMs: 0,
    });
  });

  it('puts simulated GPUs behind the endpoints that are named, and behind no other', () => {
    const { endpoints } = readConfig({
      LOCAL_AWS_GPU: 'EMD-Model-bge-m3-endpoint=embedding, vllm-whisper-endpoint=speech',
    });
    const withGpu = endpoints.filter(({ gpu }) => gpu !== undefined).map(({ name, gpu }) => [name, gpu]);
    expect(withGpu).toEqual([
      ['EMD-Model-bge-m3-endpoint', 'embedding'],
      ['vllm-whisper-endpoint', 'speech'],
    ]);
  });

  it.each([
    ['LOCAL_AWS_GPU', 'EMD-Model-bge-m3-endpoint=tpu'],
    ['LOCAL_AWS_GPU', 'no-such-endpoint=chat'],
    ['LOCAL_AWS_PORT', '70000'],
    ['LOCAL_AWS_PORT', 'http'],
    ['LOCAL_AWS_PAYLOAD_LIMIT', '25MB'],
    ['LOCAL_AWS_S3', 'maybe'],
    ['LOCAL_AWS_S3_ENDPOINT', 'seaweed'],
  ])('refuses %s=%s by its name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});

import { describe, expect, it } from 'vitest';
import { readSettings } from '#scripts/launcher/settings';

describe('readSettings', () => {
  it('needs nothing', () => {
    expect(readSettings({}, '/clone')).toEqual({
      home: '/clone/.sluice',
      host: '127.0.0.1',
      port: 8080,
      redisUrl: undefined,
      localAws: true,
      startTimeoutMs: 60_000,
    });
  });

  it.each([
    ['a profile alone', { AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'AKIA' }, true],
    ['a bucket', { SLUICE_BUCKET: 'ours' }, false],
    ['an endpoint for everything', { AWS_ENDPOINT_URL: 'http://localhost:9000' }, false],
    ['an endpoint for S3', { AWS_ENDPOINT_URL_S3: 'http://localhost:9000' }, false],
    ['an empty endpoint', { AWS_ENDPOINT_URL_S3: '' }, true],
    ['a bucket, but the stand-in on request', { SLUICE_BUCKET: 'ours', SLUICE_LOCAL_AWS: 'on' }, true],
    ['nothing, but the real AWS on request', { SLUICE_LOCAL_AWS: 'off' }, false],
  ])('with %s decides about the stand-in', (_case, environment, localAws) => {
    expect(readSettings(environment, '/clone').localAws).toBe(localAws);
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['SLUICE_LOCAL_AWS', 'maybe'],
    ['SLUICE_START_TIMEOUT_MS', '0'],
  ])('names %s when it is %s', (name, value) => {
    expect(() => readSettings({ [name]: value }, '/clone')).toThrow(name);
  });

  it('refuses TLS settings, which it could not heed', () => {
    expect(() => readSettings({ SLUICE_TLS_CERT_FILE: 'tls.crt' }, '/clone')).toThrow(
      /SLUICE_TLS_CERT_FILE.*start:api/,
    );
  });
});

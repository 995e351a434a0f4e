import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { readApiConfig } from './config.js';

const MINIMAL = { SLUICE_API_KEY: 'sk-1' };

describe('readApiConfig', () => {
  it('needs nothing but a key', () => {
    const config = readApiConfig(MINIMAL);
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, openModels: true, metricsAccess: 'loopback' });
    expect(config.http).toMatchObject({
      maxJsonBytes: 26_214_400,
      maxFileBytes: 8_589_934_592,
      cors: 'any',
      trustedProxies: [],
    });
    expect(config.http.keepAliveTimeoutMs).toBeGreaterThan(60_000);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('is one process unless more are asked for', () => {
    expect(readApiConfig(MINIMAL).processes.count).toBe(1);
    expect(readApiConfig({ ...MINIMAL, SLUICE_API_PROCESSES: '4' }).processes.count).toBe(4);
    expect(readApiConfig({ ...MINIMAL, SLUICE_API_PROCESSES: 'auto' }).processes.count).toBe(availableParallelism());
  });

  it('names the variable that makes no sense', () => {
    const rows: Record<string, string>[] = [
      { PORT: '80a' },
      { PORT: '70000' },
      { SLUICE_API_KEY: 'with space' },
      { SLUICE_CORS_ORIGINS: 'example.com' },
      { SLUICE_CORS_ORIGINS: 'https://a.example.com/path' },
      { SLUICE_TRUSTED_PROXIES: 'true' },
      { SLUICE_TRUSTED_PROXIES: '10.0.0.0/x' },
      { SLUICE_LOG_LEVEL: 'loud' },
      { SLUICE_METRICS_ACCESS: 'maybe' },
      { SLUICE_KEYS_RELOAD_MS: '60000' },
      { SLUICE_API_PROCESSES: 'all' },
      { SLUICE_API_PROCESSES: '0' },
    ];
    for (const row of rows) {
      const [name = ''] = Object.keys(row);
      expect(() => readApiConfig({ ...MINIMAL, ...row })).toThrow(ConfigurationError);
      expect(() => readApiConfig({ ...MINIMAL, ...row })).toThrow(name);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { checkTls, judgeExpiry } from '#scripts/doctor/check-tls';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('checkTls', () => {
  it('tells in time that a certificate was not renewed', () => {
    const statusAfter = (days: number): string =>
      judgeExpiry(new Date(NOW + days * 86_400_000).toUTCString(), NOW).status;
    expect([-1, 0, 13, 14, 90].map(statusAfter)).toEqual(['failure', 'warning', 'warning', 'ok', 'ok']);
  });

  it('warns of a port that others reach in clear, unless a proxy is in front', async () => {
    const statusOf = async (environment: NodeJS.ProcessEnv): Promise<string | undefined> =>
      (await checkTls({ environment }))[0]?.status;
    expect(await statusOf({})).toBe('ok');
    expect(await statusOf({ HOST: '0.0.0.0' })).toBe('warning');
    expect(await statusOf({ HOST: '0.0.0.0', SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' })).toBe('ok');
  });

  it('says why a certificate cannot be used', async () => {
    const environment = { SLUICE_TLS_CERT_FILE: '/nowhere/tls.crt', SLUICE_TLS_KEY_FILE: '/nowhere/tls.key' };
    const [finding] = await checkTls({ environment });
    expect(finding).toMatchObject({ status: 'failure', detail: expect.stringContaining('/nowhere/tls') as string });
  });
});

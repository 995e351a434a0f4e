import { describe, expect, it } from 'vitest';
import { startTestApi } from '../../testing/start-test-api.js';

const ORIGIN = 'https://app.example.com';

describe('CORS', () => {
  it('answers a preflight without a key and allows the headers that were asked for', async () => {
    await using api = await startTestApi();
    const response = await fetch(`${api.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type,x-stainless-lang');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, DELETE, OPTIONS');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('marks answers, errors and streams alike, and exposes the request id', async () => {
    await using api = await startTestApi();
    const headers = { origin: ORIGIN };
    const stream = { model: 'test-chat', stream: true };
    const responses = await Promise.all([
      api.get('/v1/models', { headers }),
      api.post('/v1/chat/completions', { model: 'test-chat' }, { headers }),
      api.post('/v1/chat/completions', stream, { headers }),
      api.get('/v1/nothing', { headers }),
      fetch(`${api.url}/v1/files`, { headers }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 404, 401]);
    for (const response of responses) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
      await response.arrayBuffer();
    }
  });

  it('names only origins of the list, and tells caches that the answer depends on it', async () => {
    await using api = await startTestApi({ environment: { SLUICE_CORS_ORIGINS: `${ORIGIN}, https://b.example.com` } });
    const allowed = await api.get('/v1/models', { headers: { origin: ORIGIN } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('vary')).toBe('Origin');
    const refused = await api.get('/v1/models', { headers: { origin: 'https://evil.example.com' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('can be switched off', async () => {
    await using api = await startTestApi({ environment: { SLUICE_CORS_ORIGINS: 'none' } });
    const response = await api.get('/v1/models', { headers: { origin: ORIGIN } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { startTestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

describe('the access log', () => {
  it('says who called what, how it ended and how long it took, and nothing that was said', async () => {
    await using api = await startTestApi();
    const body = { model: 'test-chat', messages: [{ role: 'user', content: 'canary-prompt' }] };
    const response = await api.post('/v1/chat/completions', body, { headers: { 'x-client-request-id': 'mine-1' } });
    const text = await response.text();
    await waitUntil(() => api.logLines.length > 0, 'the request is logged');
    const [line] = api.logLines;
    expect(line).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      method: 'POST',
      route: '/chat/completions',
      status: 200,
      tenant: 'default',
      keyId: 'environment',
      model: 'test-chat',
      bytes: text.length,
      clientRequestId: 'mine-1',
    });
    expect(line?.['durationMs']).toBeTypeOf('number');
    expect(JSON.stringify(api.logLines)).not.toMatch(/canary-prompt|Hello there/);
    expect(response.headers.get('x-request-id')).not.toBe('mine-1');
  });

  it('believes forwarded addresses only of proxies it was told to trust', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    await using doubting = await startTestApi();
    await (await doubting.get('/v1/files', { headers })).arrayBuffer();
    await using trusting = await startTestApi({ environment: { SLUICE_TRUSTED_PROXIES: '127.0.0.0/8' } });
    await (await trusting.get('/v1/files', { headers })).arrayBuffer();
    await waitUntil(() => doubting.logLines.length > 0 && trusting.logLines.length > 0, 'both are logged');
    expect([doubting.logLines[0]?.['ip'], trusting.logLines[0]?.['ip']]).toEqual(['127.0.0.1', '203.0.113.7']);
  });
});

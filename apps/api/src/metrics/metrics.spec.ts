import { describe, expect, it } from 'vitest';
import { startTestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';
import { DURATION_BUCKETS, DurationSeries } from './duration-series.js';

describe('metrics', () => {
  it('count requests by route and status, whatever path they came by, and tokens by model', async () => {
    await using api = await startTestApi();
    for (const path of ['/v1/chat/completions', '/chat/completions', '/v1/v1/chat/completions/']) {
      await (await api.post(path, { model: 'test-chat' })).arrayBuffer();
    }
    await (await api.post('/v1/chat/completions', '{')).arrayBuffer();
    await (await api.get('/v1/secret-path')).arrayBuffer();
    await waitUntil(() => api.logLines.length === 5, 'all requests have ended');
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('sluice_http_requests_total{method="POST",route="/chat/completions",status="200"} 3');
    expect(text).toContain('sluice_http_requests_total{method="POST",route="/chat/completions",status="400"} 1');
    expect(text).toContain('sluice_http_requests_total{method="GET",route="unmatched",status="404"} 1');
    expect(text).toContain('sluice_tokens_total{model="test-chat",kind="prompt"} 9');
    expect(text).toContain('sluice_tokens_total{model="test-chat",kind="completion"} 6');
    expect(text).toMatch(
      /sluice_http_request_duration_seconds_bucket\{le="\+Inf",method="POST",route="\/chat\/completions",status="200"\} 3/,
    );
    expect(text).toMatch(
      /sluice_http_request_duration_seconds_count\{method="POST",route="\/chat\/completions",status="200"\} 3/,
    );
    expect(text).toContain('sluice_http_requests_in_flight 0');
    expect(text).not.toContain('secret-path');
  });

  it('are open on the machine itself, but not through a proxy on it', async () => {
    await using api = await startTestApi();
    expect((await fetch(`${api.url}/metrics`)).status).toBe(200);
    expect((await fetch(`${api.url}/metrics`, { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(401);
  });

  it('need a key where configuration says so', async () => {
    await using api = await startTestApi({ environment: { SLUICE_METRICS_ACCESS: 'key' } });
    expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
    expect((await api.get('/metrics')).status).toBe(200);
  });
});

describe('DurationSeries', () => {
  it('counts each observation in every bucket that holds it', () => {
    const series = new DurationSeries();
    for (const seconds of [0.001, 0.005, 0.3, 1000]) series.observe(seconds);
    const cumulative = Object.fromEntries(series.cumulative().map((count, index) => [DURATION_BUCKETS[index], count]));
    expect(cumulative).toMatchObject({ 0.005: 2, 0.25: 2, 0.5: 3, 120: 3 });
    expect([series.count, series.sumSeconds]).toEqual([4, 1000.306]);
  });
});

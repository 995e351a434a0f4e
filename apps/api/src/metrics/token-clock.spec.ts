import { describe, expect, it } from 'vitest';
import { chatFrame, chatReply, ScriptedChat } from '../testing/scripted-use-cases.js';
import { startTestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';
import { ModelTimes } from './model-times.js';
import { TokenClock } from './token-clock.js';

const DONE = Buffer.from('data: [DONE]\n\n');

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

describe('TokenClock', () => {
  it('counts the first event as the first token and each further one as a pause', () => {
    const times = new ModelTimes();
    const clock = new TokenClock(times, performance.now() - 2000);
    for (const content of ['a', 'b', 'c']) clock.sent(chatFrame('m', { content }));
    expect([times.firstToken.count, times.betweenTokens.count]).toEqual([1, 2]);
    expect(times.firstToken.sumSeconds).toBeGreaterThanOrEqual(2);
    expect(times.betweenTokens.sumSeconds).toBeLessThan(times.firstToken.sumSeconds);
  });

  it('takes neither a sign of life nor the end mark for a token', () => {
    const times = new ModelTimes();
    const clock = new TokenClock(times, performance.now());
    clock.sent(chatFrame('m', {}));
    expect(times.firstToken.count).toBe(0);
    clock.sent(chatFrame('m', { content: 'a' }));
    clock.sent(DONE);
    expect([times.firstToken.count, times.betweenTokens.count]).toEqual([1, 0]);
  });
});

describe('metrics of models', () => {
  it('time first and further tokens of streams by model, and not of whole answers', async () => {
    await using api = await startTestApi();
    await (await api.post('/v1/chat/completions', { model: 'test-chat' })).arrayBuffer();
    expect(await metricsOf(api.url)).not.toContain('sluice_first_token_seconds_count');
    await (await api.post('/v1/chat/completions', { model: 'test-chat', stream: true })).text();
    const text = await metricsOf(api.url);
    expect(text).toContain('sluice_first_token_seconds_count{model="test-chat"} 1');
    expect(text).toContain('sluice_between_tokens_seconds_count{model="test-chat"} 3');
    expect(text).toMatch(/sluice_first_token_seconds_bucket\{le="\+Inf",model="test-chat"\} 1/);
    expect(text).toContain('sluice_streams_total{outcome="completed"} 1');
  });

  it('count a caller that leaves in the middle of a stream as status 499', async () => {
    const chat = new ScriptedChat({
      frames: async function* ({ model, signal }) {
        yield chatFrame(model, { content: 'a' });
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      },
    });
    await using api = await startTestApi({ chat });
    const leaving = new AbortController();
    const response = await api.post(
      '/v1/chat/completions',
      { model: 'test-chat', stream: true },
      { signal: leaving.signal },
    );
    await response.body?.getReader().read();
    leaving.abort();
    await waitUntil(() => api.logLines.some(({ status }) => status === 499), 'the request has ended');
    const text = await metricsOf(api.url);
    expect(text).toContain('sluice_http_requests_total{method="POST",route="/chat/completions",status="499"} 1');
    expect(text).toContain('sluice_streams_total{outcome="client_gone"} 1');
    expect(text).toContain('sluice_streams_open 0');
  });

  it('tell what Sluice itself takes of a whole answer, and how often a model was asked again', async () => {
    const waitMs = 50;
    const chat = new ScriptedChat({
      create: async ({ model, clock }) => {
        clock?.retried();
        await clock?.time(() => new Promise((resolve) => setTimeout(resolve, waitMs)));
        return chatReply(model);
      },
    });
    await using api = await startTestApi({ chat });
    await (await api.post('/v1/chat/completions', { model: 'test-chat' })).arrayBuffer();
    await waitUntil(() => api.logLines.length === 1, 'the request has ended');
    const text = await metricsOf(api.url);
    const read = (name: string): number => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(text).toContain('sluice_overhead_seconds_count{model="test-chat"} 1');
    expect(text).toContain('sluice_upstream_retries_total{model="test-chat"} 1');
    const total = Number(
      /duration_seconds_sum\{method="POST",route="\/chat\/completions"[^}]*\} (\S+)/.exec(text)?.[1],
    );
    expect(read('sluice_overhead_seconds_sum')).toBeLessThanOrEqual(total - waitMs / 1000 + 0.001);
  });

  it('make no label of a name that no model has', async () => {
    const chat = new ScriptedChat({ create: () => chatReply('m') });
    await using api = await startTestApi({ chat });
    await (await api.get('/v1/models/invented-name')).arrayBuffer();
    expect(await metricsOf(api.url)).not.toContain('invented-name');
  });
});

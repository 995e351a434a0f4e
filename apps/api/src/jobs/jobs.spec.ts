import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { expectError } from '../testing/expect-error.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

const REQUEST = { type: 'embeddings', model: 'bge-m3/dev', input_file_id: 'file-1' };

describe('jobs', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const create = async (): Promise<JobObject> => (await (await api.post('/v1/jobs', REQUEST)).json()) as JobObject;

  it('are accepted for the caller with 202, the place to look and when', async () => {
    for (const path of ['/v1/jobs', '/jobs']) {
      const response = await api.post(path, { ...REQUEST, dimensions: 8, encoding_format: 'base64', later: 1 });
      const job = (await response.json()) as JobObject;
      expect(response.status).toBe(202);
      expect(response.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(job).toMatchObject({ object: 'job', type: 'embeddings', status: 'validating' });
    }
    expect(api.jobs.created.at(-1)).toMatchObject({
      caller: { tenant: 'default', keyId: 'environment' },
      request: { ...REQUEST, dimensions: 8, encoding_format: 'base64' },
    });
  });

  it.each([
    [{}, 'missing_required_parameter', 'type'],
    [{ ...REQUEST, type: 'batch' }, 'invalid_value', 'type'],
    [{ ...REQUEST, model: undefined }, 'missing_required_parameter', 'model'],
    [{ ...REQUEST, input_file_id: 7 }, 'invalid_type', 'input_file_id'],
    [{ ...REQUEST, input_format: 'xlsx' }, 'invalid_value', 'input_format'],
    [{ ...REQUEST, encoding_format: 'int8' }, 'invalid_value', 'encoding_format'],
    [{ ...REQUEST, dimensions: 0 }, 'integer_below_min_value', 'dimensions'],
    [{ ...REQUEST, text_field: '' }, 'invalid_value', 'text_field'],
    [{ ...REQUEST, completion_window: '2h' }, 'invalid_value', 'completion_window'],
    [{ ...REQUEST, priority: 'urgent' }, 'invalid_value', 'priority'],
    [{ ...REQUEST, type: 'transcription', temperature: 2 }, 'integer_above_max_value', 'temperature'],
    [
      { ...REQUEST, type: 'transcription', timestamp_granularities: ['page'] },
      'invalid_value',
      'timestamp_granularities[0]',
    ],
    [{ ...REQUEST, metadata: { a: 1 } }, 'invalid_type', 'metadata.a'],
    [
      { ...REQUEST, output_expires_after: { anchor: 'created_at', seconds: 1 } },
      'integer_below_min_value',
      'output_expires_after.seconds',
    ],
  ] as const)('are refused with the first field that is wrong: %j', async (body, code, param) => {
    await expectError(await api.post('/v1/jobs', body), { status: 400, code, param });
  });

  it('are shown with an ETag, and as 304 to whoever has that', async () => {
    const { id } = await create();
    const first = await api.get(`/v1/jobs/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('openai-poll-after-ms')).toBe('2000');
    expect(first.headers.get('retry-after')).toBe('2');
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await api.get(`/jobs/${id}`, { headers: { 'if-none-match': known } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    api.jobs.change(id, { status: 'completed' });
    const changed = await api.get(`/v1/jobs/${id}`, { headers: { 'if-none-match': etag } });
    expect([changed.status, ((await changed.json()) as JobObject).status]).toEqual([200, 'completed']);
    expect(changed.headers.get('retry-after')).toBeNull();
    await expectError(await api.get('/v1/jobs/job_x'), { status: 404, code: null, param: 'id' });
  });

  it('tell caches of all that their answer depends on', async () => {
    const origin = 'https://a.example.com';
    await using other = await startTestApi({ environment: { SLUICE_CORS_ORIGINS: origin } });
    const { id } = (await (await other.post('/v1/jobs', REQUEST)).json()) as JobObject;
    const response = await other.get(`/v1/jobs/${id}`, { headers: { origin } });
    expect(response.headers.get('vary')).toBe('Prefer, Origin');
  });

  it('are waited for until they change', async () => {
    const { id } = await create();
    const waiting = api.get(`/v1/jobs/${id}`, { headers: { prefer: 'wait=50' } });
    const before = api.jobs.looks;
    await waitUntil(() => api.jobs.looks > before + 1, 'the job is looked at again');
    api.jobs.change(id, { status: 'in_progress' });
    const response = await waiting;
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait=50']);
    expect(await response.json()).toMatchObject({ id, status: 'in_progress' });
  });

  it('are waited for no longer than was asked, and not at all once they have ended', async () => {
    const { id } = await create();
    const response = await api.get(`/v1/jobs/${id}`, { headers: { prefer: 'wait=1' } });
    expect(await response.json()).toMatchObject({ status: 'validating' });
    api.jobs.change(id, { status: 'failed' });
    const ended = await api.get(`/v1/jobs/${id}`, { headers: { prefer: 'wait=100' } });
    expect([ended.headers.get('preference-applied'), ((await ended.json()) as JobObject).status]).toEqual([
      'wait=60',
      'failed',
    ]);
  });

  it('are shown at once to whoever has an older state of them, though they would wait', async () => {
    const { id } = await create();
    const headers = { prefer: 'wait=50', 'if-none-match': '"of-long-ago"' };
    expect((await api.get(`/v1/jobs/${id}`, { headers })).status).toBe(200);
  });

  it('are looked at no more once the caller has left', async () => {
    const { id } = await create();
    const leave = new AbortController();
    const before = api.jobs.looks;
    const waiting = api.get(`/v1/jobs/${id}`, { headers: { prefer: 'wait=50' }, signal: leave.signal });
    await waitUntil(() => api.jobs.looks > before + 1, 'the job is looked at again');
    leave.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await waitUntil(() => api.logLines.some(({ status }) => status === 499), 'the call ends');
    const looks = api.jobs.looks;
    await api.get(`/v1/jobs/${id}`, { headers: { prefer: 'wait=1' } });
    expect(api.jobs.looks - looks).toBeLessThan(5);
  });

  it('are listed by pages of 1 to 100', async () => {
    await api.get('/v1/jobs?limit=100&after=job_1');
    expect(api.jobs.queries.at(-1)).toEqual({ limit: 100, after: 'job_1' });
    await expectError(await api.get('/v1/jobs?limit=101'), { status: 400, code: 'integer_above_max_value' });
  });

  it('are cancelled and retried by POSTs with nothing in them', async () => {
    const { id } = await create();
    const cancelled = await api.get(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    expect([cancelled.status, ((await cancelled.json()) as JobObject).status]).toEqual([200, 'cancelled']);
    const retried = await api.get(`/v1/jobs/${id}/retry`, { method: 'POST' });
    const job = (await retried.json()) as JobObject;
    expect([retried.status, job.retry_of, retried.headers.get('location')]).toEqual([202, id, `/v1/jobs/${job.id}`]);
  });

  it('give their rows as lines, and say whether these are all', async () => {
    const { id } = await create();
    const response = await api.get(`/v1/jobs/${id}/results`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('sluice-results-complete')).toBe('true');
    expect(response.headers.get('sluice-results-cursor')).toBeNull();
    expect(await response.text()).toBe('{"index":0}\n');
    await expectError(await api.get('/v1/jobs/job_x/results'), { status: 404, code: null });
  });

  it('show what has been heard of a recording, in any format', async () => {
    const response = await api.get('/v1/jobs/job_1/transcript?response_format=srt');
    expect([response.status, await response.text(), response.headers.get('sluice-results-complete')]).toEqual([
      200,
      'one two',
      'true',
    ]);
    await expectError(await api.get('/jobs/job_1/transcript?response_format=doc'), {
      status: 400,
      code: 'invalid_value',
      param: 'response_format',
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchObject } from '#contracts';
import { expectError } from '../testing/expect-error.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const REQUEST = { input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h', metadata: { a: 'b' } };

describe('batches', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const create = async (): Promise<BatchObject> =>
    (await api.post('/v1/batches', REQUEST)).json() as Promise<BatchObject>;

  it('are created for the caller, with 200 as OpenAI answers', async () => {
    const response = await api.post('/v1/batches', { ...REQUEST, unknown_field: 1 });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: 'batch', status: 'validating', metadata: { a: 'b' } });
    expect(api.batches.created.at(-1)).toMatchObject({
      caller: { tenant: 'default', keyId: 'environment' },
      request: REQUEST,
    });
  });

  it('are read also behind a byte order mark', async () => {
    expect((await api.post('/v1/batches', `\uFEFF${JSON.stringify(REQUEST)}`)).status).toBe(200);
  });

  it('are taken for every endpoint and window that there is', async () => {
    for (const endpoint of ['/v1/embeddings', '/v1/chat/completions', '/v1/completions', '/v1/rerank']) {
      for (const completion_window of ['1h', '24h', '7d']) {
        const response = await api.post('/v1/batches', { ...REQUEST, endpoint, completion_window });
        expect([response.status, endpoint, completion_window]).toEqual([200, endpoint, completion_window]);
      }
    }
  });

  it('are refused with the first field that is wrong', async () => {
    const rows = [
      [{}, 'missing_required_parameter', 'input_file_id'],
      [{ ...REQUEST, endpoint: '/v1/images' }, 'invalid_value', 'endpoint'],
      [{ ...REQUEST, completion_window: '2h' }, 'invalid_value', 'completion_window'],
      [{ ...REQUEST, metadata: { a: 1 } }, 'invalid_type', 'metadata.a'],
      [
        { ...REQUEST, output_expires_after: { anchor: 'created_at', seconds: 1 } },
        'integer_below_min_value',
        'output_expires_after.seconds',
      ],
      ['{"input_file_id":"a","input_file_id":"b"}', 'duplicate_key', 'input_file_id'],
    ] as const;
    for (const [body, code, param] of rows)
      await expectError(await api.post('/v1/batches', body), { status: 400, code, param });
    await expectError(await api.post('/v1/batches', ''), { status: 400, code: null, message: /empty/ });
    await expectError(await api.get('/v1/batches', { method: 'POST' }), { status: 400, code: null, message: /empty/ });
  });

  it('are retrieved with a hint when to ask again, as long as they run', async () => {
    const { id } = await create();
    const running = await api.get(`/v1/batches/${id}`);
    expect(Number(running.headers.get('openai-poll-after-ms'))).toBeGreaterThan(0);
    api.batches.move(id, 'completed');
    const ended = await api.get(`/batches/${id}/`);
    expect(await ended.json()).toMatchObject({ id, status: 'completed' });
    expect(ended.headers.get('openai-poll-after-ms')).toBeNull();
    await expectError(await api.get('/v1/batches/batch_x'), { status: 404, code: null, param: 'id' });
  });

  it('are cancelled by a POST with an empty body of any description', async () => {
    const inits: RequestInit[] = [
      {},
      { headers: { 'content-type': 'application/json' } },
      { headers: { 'content-type': 'application/json' }, body: '{}' },
    ];
    for (const init of inits) {
      const { id } = await create();
      const response = await api.get(`/v1/batches/${id}/cancel`, { method: 'POST', ...init });
      expect([response.status, ((await response.json()) as BatchObject).status]).toEqual([200, 'cancelled']);
    }
  });

  it('tell SDKs not to retry a conflict', async () => {
    const { id } = await create();
    await api.get(`/v1/batches/${id}/cancel`, { method: 'POST' });
    const response = await api.get(`/v1/batches/${id}/cancel`, { method: 'POST' });
    expect(response.headers.get('x-should-retry')).toBe('false');
    await expectError(response, { status: 409, code: 'conflict' });
  });

  it('are retried as a new batch that says whose lines it runs', async () => {
    const { id } = await create();
    const response = await api.get(`/v1/batches/${id}/retry`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: 'batch', retry_of: id });
    await expectError(await api.get('/v1/batches/batch_x/retry', { method: 'POST' }), { status: 404, code: null });
  });

  it('give the rows that stand while they run, and the cursor to go on from', async () => {
    const { id } = await create();
    const response = await api.get(`/batches/${id}/results?after=0-1`);
    expect(response.headers.get('sluice-results-complete')).toBe('false');
    expect(response.headers.get('sluice-results-cursor')).toBe('0-1');
    expect(await response.text()).toBe('{"row":1}\n{"row":2}\n');
    expect(api.batches.resultQueries.at(-1)?.after).toBe('0-1');
    await expectError(await api.get(`/v1/batches/${id}/results?after=1&after=2`), {
      status: 400,
      code: 'invalid_type',
      param: 'after',
    });
  });

  it('are listed by pages of 1 to 100', async () => {
    await api.get('/v1/batches');
    expect(api.batches.queries.at(-1)).toEqual({ limit: 20 });
    await api.get('/v1/batches?limit=100&after=batch_1');
    expect(api.batches.queries.at(-1)).toEqual({ limit: 100, after: 'batch_1' });
    for (const limit of ['0', '101', 'x', '1.5']) {
      await expectError(await api.get(`/v1/batches?limit=${limit}`), {
        status: 400,
        code: limitCode(limit),
        param: 'limit',
      });
    }
  });
});

function limitCode(limit: string): string {
  if (limit === '0') return 'integer_below_min_value';
  return limit === '101' ? 'integer_above_max_value' : 'invalid_type';
}

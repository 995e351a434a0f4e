import OpenAI, { toFile } from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { startSystem, type System } from '../setup/processes.js';
import {
  chatRequest,
  createBatch,
  finishedBatch,
  pollBatch,
  readRows,
  toLines,
  uploadInput,
  type OutputRow,
} from './support/batches.js';
import { CHAT_ENDPOINT, CHAT_MODEL, EMBEDDING_ENDPOINT, send, type RawAnswer } from './support/clients.js';

const ENDED = ['completed', 'failed', 'expired', 'cancelled'];
const LINES_A_CHUNK = 5;

function chatLines(count: number): string {
  return toLines(
    Array.from({ length: count }, (_, line) => chatRequest(`line-${line}`, `Reply with exactly: ${line}`)),
  );
}

function rowsOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('Jobs', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: String(LINES_A_CHUNK) } });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterEach(async () => {
    await system.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
  });

  const post = async (path: string, body?: object): Promise<RawAnswer> =>
    await send(system, path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  const show = async (id: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    await send(system, `/v1/jobs/${id}`, { headers });

  /** Waits as a client would: one long look after the other. */
  async function finishedJob(id: string): Promise<JobObject> {
    const giveUpAt = Date.now() + 120_000;
    for (;;) {
      const job = JSON.parse((await show(id, { prefer: 'wait=20' })).text) as JobObject;
      if (ENDED.includes(job.status)) return job;
      if (Date.now() > giveUpAt) throw new Error(`the job does not end: ${JSON.stringify(job)}`);
    }
  }

  async function upload(name: string, content: string): Promise<string> {
    return (await client.files.create({ file: await toFile(Buffer.from(content), name), purpose: 'user_data' })).id;
  }

  async function content(fileId: string | null): Promise<string> {
    return await (await client.files.content(fileId ?? '')).text();
  }

  describe.each([
    { name: 'openai 7', create: () => client },
    {
      name: 'openai 6',
      create: () => new OpenAI6({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey }) as unknown as OpenAI,
    },
  ])('batches, with $name', ({ create }) => {
    it('complete prompts', async () => {
      const sdk = create();
      const body = { model: CHAT_MODEL, prompt: 'Reply with exactly: fine', max_tokens: 16 };
      const lines = ['a', 'b'].map((custom_id) => ({ custom_id, method: 'POST', url: '/v1/completions', body }));
      const bad = { ...lines[0], custom_id: 'bad', body: { model: CHAT_MODEL, prompt: { no: 'prompt' } } };
      const input_file_id = await uploadInput(sdk, toLines([...lines, bad]));
      const created = await sdk.batches.create({
        input_file_id,
        endpoint: '/v1/completions',
        completion_window: '1h' as '24h',
      });
      const batch = await finishedBatch(sdk, created.id);
      const rows = await readRows(sdk, batch.output_file_id);

      expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 2, failed: 1 } });
      expect((created.expires_at ?? 0) - created.created_at).toBe(3600);
      expect(rows.map(({ custom_id }) => custom_id)).toEqual(['a', 'b']);
      expect(rows[0]?.response?.body).toMatchObject({ object: 'text_completion', model: CHAT_MODEL });
      expect(await readRows(sdk, batch.error_file_id)).toMatchObject([
        { custom_id: 'bad', response: { status_code: 400, body: { error: { param: 'prompt' } } } },
      ]);
    });

    it('rank documents', async () => {
      const sdk = create();
      const body = {
        model: 'bge-reranker-v2-m3/dev',
        query: 'What is the capital of France?',
        documents: ['Berlin is the capital of Germany.', 'Paris is the capital of France.'],
      };
      const input = await uploadInput(sdk, toLines([{ custom_id: 'r', method: 'POST', url: '/v1/rerank', body }]));
      const created = await sdk.batches.create({
        input_file_id: input,
        endpoint: '/v1/rerank' as '/v1/embeddings',
        completion_window: '24h',
      });
      const batch = await finishedBatch(sdk, created.id);
      const [row] = await readRows(sdk, batch.output_file_id);

      expect(batch.status).toBe('completed');
      expect(row?.response?.body['results']).toMatchObject([{ index: 1 }, { index: 0 }]);
    });

    it('give their rows while they run, keep them when cancelled, and run the rest again', async () => {
      const sdk = create();
      await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 100 });
      const { id } = await createBatch(sdk, await uploadInput(sdk, chatLines(200)), '/v1/chat/completions');
      await pollBatch(sdk, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 4 * LINES_A_CHUNK);
      const partial = await send(system, `/v1/batches/${id}/results`);
      const cancelling = await sdk.batches.cancel(id);
      const again = await sdk.batches.cancel(id);
      const batch = await finishedBatch(sdk, id);
      const after = await send(system, `/batches/${id}/results?after=${partial.headers.get('sluice-results-cursor')}`);
      await system.clearFaults();
      const bySdk = await sdk.get<string>(`/batches/${id}/results`);
      const early = rowsOf(partial.text).map(({ custom_id }) => custom_id);
      const late = rowsOf(after.text).map(({ custom_id }) => custom_id);

      expect(rowsOf(bySdk)).toHaveLength(200);
      expect(partial.headers.get('sluice-results-complete')).toBe('false');
      expect(early.length).toBeGreaterThan(0);
      expect(early.length).toBeLessThan(200);
      expect([cancelling.status, again.status]).toEqual(['cancelling', 'cancelling']);
      expect(batch.status).toBe('cancelled');
      expect(after.headers.get('sluice-results-complete')).toBe('true');
      expect(new Set([...early, ...late]).size).toBe(200);
      expect(early.length + late.length).toBe(200);

      const finished = await readRows(sdk, batch.output_file_id);
      const retry = await sdk.post<OpenAI.Batch & { retry_of: string }>(`/batches/${id}/retry`);
      const retried = await finishedBatch(sdk, retry.id);
      const rest = await readRows(sdk, retried.output_file_id);
      expect(retry.retry_of).toBe(id);
      expect((await sdk.post<OpenAI.Batch>(`/batches/${id}/retry`)).id).toBe(retry.id);
      expect(retried).toMatchObject({
        status: 'completed',
        request_counts: { total: 200 - finished.length, failed: 0 },
      });
      expect([...finished, ...rest].map(({ custom_id }: OutputRow) => custom_id).toSorted()).toEqual(
        Array.from({ length: 200 }, (_, line) => `line-${line}`).toSorted(),
      );
    });

    it('that have ended are told at once that they cannot be cancelled', async () => {
      const sdk = create();
      const { id } = await createBatch(sdk, await uploadInput(sdk, chatLines(1)), '/v1/chat/completions');
      await finishedBatch(sdk, id);
      await expect(sdk.batches.cancel(id)).rejects.toMatchObject({ status: 400 });
      const answer = await post(`/v1/batches/${id}/cancel`);
      expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', param: 'id' });
    });
  });

  it('embed a file of texts to vectors, in input order, and tell how far they are', async () => {
    const texts = Array.from({ length: 23 }, (_, index) => `text number ${index}`);
    const input_file_id = await upload('texts.txt', `${texts.join('\n')}\n`);
    const request = { type: 'embeddings', model: 'bge-m3/dev', input_file_id, dimensions: 8, metadata: { a: 'b' } };
    const created = await post('/v1/jobs', request);
    const { id } = JSON.parse(created.text) as JobObject;
    const job = await finishedJob(id);
    const rows = rowsOf(await content(job.output_file_id));
    const realtime = await client.embeddings.create({
      model: 'bge-m3/dev',
      input: texts[7] ?? '',
      dimensions: 8,
      encoding_format: 'float',
    });

    expect(created.status).toBe(202);
    expect(created.headers.get('location')).toBe(`/v1/jobs/${id}`);
    expect(job).toMatchObject({
      type: 'embeddings',
      status: 'completed',
      model: 'bge-m3/dev',
      progress: { unit: 'lines', total: 23, done: 23, failed: 0 },
      error_file_id: null,
      metadata: { a: 'b' },
    });
    expect(rows.map(({ index }) => index)).toEqual([...texts.keys()]);
    expect(rows[7]?.['embedding']).toEqual(realtime.data[0]?.embedding);
    expect(job.usage?.total_tokens).toBe(rows.reduce((sum, { tokens }) => sum + Number(tokens), 0));
  });

  it('embed objects to base64, their ids kept, and give what failed apart with its line', async () => {
    const lines = ['{"key":"one","body":"first"}', '', '{"key":2,"body":""}', '{"key":"three","body":"third"}'];
    const request = {
      type: 'embeddings',
      model: 'bge-m3/dev',
      input_file_id: await upload('objects.jsonl', lines.join('\n')),
      text_field: 'body',
      id_field: 'key',
      encoding_format: 'base64',
    };
    const job = await finishedJob((JSON.parse((await post('/jobs', request)).text) as JobObject).id);
    const rows = rowsOf(await content(job.output_file_id));

    expect(job).toMatchObject({ status: 'completed', progress: { total: 3, done: 3, failed: 1 } });
    expect(rows).toMatchObject([
      { index: 0, line: 1, id: 'one' },
      { index: 2, line: 4, id: 'three' },
    ]);
    const vector = Buffer.from(String(rows[0]?.['embedding']), 'base64');
    expect(vector.length).toBeGreaterThan(0);
    expect(vector.length % 4).toBe(0);
    expect(rowsOf(await content(job.error_file_id))).toMatchObject([
      { index: 1, line: 3, id: 2, status: 400, error: { type: 'invalid_request_error' } },
    ]);
  });

  it('embed each text once and count it once, though the worker is killed and Redis is emptied midway', async () => {
    const count = 1500;
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 30 });
    const texts = Array.from({ length: count }, (_, index) => `passage ${index}`);
    const input_file_id = await upload('many.txt', texts.join('\n'));
    const created = await post('/v1/jobs', { type: 'embeddings', model: 'bge-m3/dev', input_file_id, dimensions: 4 });
    const { id } = JSON.parse(created.text) as JobObject;
    let job = JSON.parse((await show(id)).text) as JobObject;
    while (job.progress.done < 100) job = JSON.parse((await show(id, { prefer: 'wait=20' })).text) as JobObject;
    await system.kill('worker', 'SIGKILL');
    await system.flushRedis();
    await system.restart('worker');
    await system.clearFaults();
    const ended = await finishedJob(id);
    const rows = rowsOf(await content(ended.output_file_id));

    expect(job.progress.done).toBeLessThan(count);
    expect(ended).toMatchObject({ status: 'completed', progress: { total: count, done: count, failed: 0 } });
    expect(rows.map(({ index }) => index)).toEqual([...texts.keys()]);
    expect(ended.usage?.total_tokens).toBe(rows.reduce((sum, { tokens }) => sum + Number(tokens), 0));
  });

  it('are told why they were refused, by line', async () => {
    const input_file_id = await upload('objects.jsonl', '{"text":"fine"}\n{"txt":"wrong"}\n');
    const created = await post('/v1/jobs', { type: 'embeddings', model: 'bge-m3/dev', input_file_id });
    const job = await finishedJob((JSON.parse(created.text) as JobObject).id);
    expect(job.status).toBe('failed');
    expect(job.errors?.data).toMatchObject([{ code: 'missing_required_parameter', param: 'text', line: 2 }]);
  });

  it('show a batch with its speed, the time it takes, and 304 once nothing changes', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 100 });
    const { id } = await createBatch(client, await uploadInput(client, chatLines(200)), '/v1/chat/completions');
    await pollBatch(client, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 2 * LINES_A_CHUNK);
    const running = await show(id, { prefer: 'wait=30' });
    const job = JSON.parse(running.text) as JobObject;
    await post(`/v1/jobs/${id}/cancel`);
    await system.clearFaults();
    await finishedJob(id);
    const ended = await show(id);
    const unchanged = await show(id, { 'if-none-match': ended.headers.get('etag') ?? '' });
    const listed = JSON.parse((await send(system, '/v1/jobs?limit=1')).text) as { data: JobObject[] };

    expect(running.headers.get('preference-applied')).toBe('wait=30');
    expect(job).toMatchObject({ type: 'batch', status: 'in_progress', progress: { total: 200 } });
    expect(job.progress.per_second).toBeGreaterThan(0);
    expect(job.progress.eta_seconds).toBeGreaterThan(0);
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect(listed.data).toMatchObject([{ id, type: 'batch', status: 'cancelled' }]);
  });
});

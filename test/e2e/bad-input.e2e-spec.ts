import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { createBatch, embeddingRequest, finishedBatch, readRows, toLines, uploadInput } from './support/batches.js';
import { askEverything, CHAT_MODEL, EMBEDDING_MODEL, impatientClient, send, sendJson } from './support/clients.js';

const JSON_HEADERS = { 'content-type': 'application/json' };
const MESSAGES = [{ role: 'user', content: 'hi' }];

describe('Bad input gets a clear error and harms nothing', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem();
    client = impatientClient(system);
  });

  afterAll(async () => {
    await system?.stop();
  });

  const post = (body: string): RequestInit => ({ method: 'POST', headers: JSON_HEADERS, body });
  const chat = '/v1/chat/completions';

  it.each<
    [
      string,
      string,
      RequestInit & { key?: string | null },
      { status: number; code: string | null; param: string | null },
    ]
  >([
    ['broken JSON', chat, post('{"model": "x", '), { status: 400, code: null, param: null }],
    ['no key', chat, { ...post('{}'), key: null }, { status: 401, code: null, param: null }],
    [
      'a wrong key',
      chat,
      { ...post('{}'), key: 'sk-wrong-key-of-a-stranger' },
      { status: 401, code: 'invalid_api_key', param: null },
    ],
    [
      'an unknown model',
      chat,
      post(JSON.stringify({ model: 'nope', messages: MESSAGES })),
      { status: 404, code: 'model_not_found', param: 'model' },
    ],
    ['a missing model', chat, post(JSON.stringify({ messages: MESSAGES })), { status: 400, code: null, param: null }],
    ['an unknown route', '/v1/nowhere', post('{}'), { status: 404, code: 'unknown_url', param: null }],
    ['a wrong method', chat, { method: 'GET' }, { status: 405, code: 'method_not_supported', param: null }],
    [
      'a body of 30 MB',
      chat,
      post(`{"model":"${'x'.repeat(30 * 1024 * 1024)}"}`),
      { status: 413, code: 'body_too_large', param: null },
    ],
    ['an empty POST', chat, { method: 'POST' }, { status: 400, code: null, param: null }],
    [
      'a duplicate key',
      chat,
      post(`{"model":"a","\\u006dodel":"b","messages":[]}`),
      { status: 400, code: 'duplicate_key', param: 'model' },
    ],
    [
      'an input of a million items',
      '/v1/embeddings',
      post(`{"model":"${EMBEDDING_MODEL}","input":[${'"a",'.repeat(999_999)}"a"]}`),
      { status: 400, code: 'array_above_max_length', param: 'input' },
    ],
    [
      'a chat with an embedding model',
      chat,
      post(JSON.stringify({ model: EMBEDDING_MODEL, messages: MESSAGES })),
      { status: 400, code: 'unsupported_model', param: 'model' },
    ],
    [
      'a batch of nothing',
      '/v1/batches',
      post('{}'),
      { status: 400, code: 'missing_required_parameter', param: 'input_file_id' },
    ],
    [
      'a batch of a file that is not there',
      '/v1/batches',
      post(JSON.stringify({ input_file_id: 'file-nope', endpoint: '/v1/embeddings', completion_window: '24h' })),
      { status: 404, code: null, param: 'input_file_id' },
    ],
  ])('%s', async (_, path, init, { status, ...expected }) => {
    const answer = await send(system, path, init);

    expect(answer.status, answer.text.slice(0, 500)).toBe(status);
    expect(Object.keys(answer.body.error ?? {}).toSorted()).toEqual(['code', 'message', 'param', 'type']);
    expect(answer.body.error).toMatchObject(expected);
    expect(answer.body.error?.message.length).toBeGreaterThan(10);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('numbers beyond double precision reach the model server unchanged', async () => {
    const body = `{"model":"${CHAT_MODEL}","seed":9007199254740993,"messages":[{"role":"user","content":"Reply with exactly: ok"}]}`;
    const answer = await send(system, chat, post(body));

    expect(answer.status, answer.text).toBe(200);
  });

  it('JSONL with U+2028, CRLF and a byte order mark is read as it is meant', async () => {
    const lines = [embeddingRequest('sep\u2028arated', 'one\u2028line'), embeddingRequest('second', 'two')];
    const text = `\uFEFF${lines.map((line) => JSON.stringify(line)).join('\r\n')}\r\n`;
    const batch = await finishedBatch(client, (await createBatch(client, await uploadInput(client, text))).id);
    const rows = await readRows(client, batch.output_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 2, failed: 0 } });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(['sep\u2028arated', 'second']);
  });

  it('JSONL with invalid UTF-8, broken lines and repeated ids fails as a whole, with a line number for each fault', async () => {
    const good = Buffer.from(toLines([embeddingRequest('a', 'one')]));
    const invalid = Buffer.concat([Buffer.from('{"custom_id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    const rest = Buffer.from(
      `{"custom_id": \n${toLines([embeddingRequest('a', 'again'), embeddingRequest('b', 'x', 'nope')])}`,
    );
    const input = await uploadInput(client, Buffer.concat([good, invalid, rest]));
    const batch = await finishedBatch(client, (await createBatch(client, input)).id);

    expect(batch.status).toBe('failed');
    expect(batch.errors?.data?.map(({ code, line }) => [code, line])).toEqual([
      ['invalid_json_line', 2],
      ['invalid_json_line', 3],
      ['duplicate_custom_id', 4],
      ['model_mismatch', 5],
    ]);
    expect(batch.output_file_id ?? null).toBeNull();
  });

  it('an empty input fails with empty_file', async () => {
    const batch = await finishedBatch(client, (await createBatch(client, await uploadInput(client, '\n'))).id);

    expect(batch).toMatchObject({ status: 'failed', errors: { data: [{ code: 'empty_file' }] } });
  });

  it('still answers everything after all of that', async () => {
    await expect(askEverything(system)).resolves.toBeUndefined();
    expect(
      (await sendJson(system, '/v1/rerank', { model: 'bge-reranker-v2-m3/dev', query: 'q', documents: [] })).status,
    ).toBe(400);
  });
});

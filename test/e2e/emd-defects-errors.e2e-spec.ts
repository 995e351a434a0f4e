import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_ENDPOINT, CHAT_MODEL, EMBEDDING_MODEL, impatientClient, send, sendJson } from './support/clients.js';

const JSON_HEADERS = { 'content-type': 'application/json' };
const CHAT = '/v1/chat/completions';
const QUESTION = { model: CHAT_MODEL, messages: [{ role: 'user', content: 'Reply with exactly: here' }] };

describe("What EMD's router gets wrong in errors, keys and edges", () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterEach(async () => {
    await system.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
  });

  it.each([
    ['an unknown path', '/v1/nothing', { method: 'POST', body: '{}' }, 404],
    ['a wrong method', CHAT, { method: 'DELETE' }, 405],
    ['no JSON', CHAT, { method: 'POST', body: '{"model":' }, 400],
    ['a missing model', CHAT, { method: 'POST', body: '{"messages":[]}' }, 400],
    ['a body above the limit', CHAT, { method: 'POST', body: `"${'x'.repeat(26 * 1024 * 1024)}"` }, 413],
    ['a malformed URL', '/v1/%zz', { method: 'GET' }, 400],
  ])("B9: %s is answered in OpenAI's shape", async (_, path, init, status) => {
    const answer = await send(system, path, { ...init, headers: JSON_HEADERS });

    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(Object.keys(answer.body.error ?? {}).toSorted()).toEqual(['code', 'message', 'param', 'type']);
  });

  it('B9: the SDK finds code, type and param where it looks for them', async () => {
    const asked = impatientClient(system).chat.completions.create({
      model: 'nope',
      messages: [{ role: 'user', content: 'x' }],
    });

    await expect(asked).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      type: 'invalid_request_error',
      param: 'model',
    });
  });

  it.each([
    ['throttling', { kind: 'throttle' }, 429],
    ['an overloaded service', { kind: 'unavailable' }, 503],
    ["the container's own 400", { kind: 'error', status: 400 }, 400],
    ["the container's own 500", { kind: 'error', status: 500 }, 502],
  ])('B10: %s keeps its meaning, and nothing of AWS shows', async (_, fault, status) => {
    await system.addFault({ target: CHAT_ENDPOINT, ...fault });
    const answer = await sendJson(system, CHAT, QUESTION);

    expect(answer.status, answer.text).toBe(status);
    expect(answer.text).not.toMatch(/arn:|ModelError|OriginalStatusCode|RespMetadata|\{\n/);
    expect(answer.headers.has('retry-after'), 'says when to come back').toBe(status === 429 || status === 503);
  });

  it.each(['/v1/chat/completions', '/v1/embeddings', '/v1/rerank', '/v1/invocations', '/v1/files', '/v1/batches'])(
    'B13: %s is closed to callers without a key',
    async (path) => {
      const answer = await send(system, path, { method: 'POST', headers: JSON_HEADERS, body: '{}', key: null });

      expect(answer.status, answer.text).toBe(401);
    },
  );

  it.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('B25: the scheme is taken as "%s"', async (scheme) => {
    const headers = { ...JSON_HEADERS, authorization: `${scheme} ${system.apiKey}` };
    const answer = await send(system, CHAT, { method: 'POST', headers, body: JSON.stringify(QUESTION) });

    expect(answer.status, answer.text).toBe(200);
  });

  it('B26: no key is ever written to a log, neither a good nor a bad one', async () => {
    const stranger = 'sk-sluice-of-nobody-0123456789abcdef';
    await sendJson(system, CHAT, QUESTION);
    await send(system, CHAT, { method: 'POST', headers: JSON_HEADERS, body: '{}', key: stranger });
    const logs = await system.logs('api');

    expect(logs).not.toContain(system.apiKey);
    expect(logs).not.toContain(stranger);
  });

  it('B27: a browser may ask, and may read what it is told', async () => {
    const origin = 'https://app.example.com';
    const preflight = await send(system, CHAT, {
      method: 'OPTIONS',
      key: null,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    });
    const refused = await send(system, CHAT, {
      method: 'POST',
      key: null,
      headers: { ...JSON_HEADERS, origin },
      body: '{}',
    });

    expect([200, 204]).toContain(preflight.status);
    expect(preflight.headers.get('access-control-allow-origin')).toMatch(/^(\*|https:\/\/app\.example\.com)$/);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-stainless-os');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).not.toBeNull();
    expect(refused.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('B28: a call has an id, a line in the log that names it, and a place in the metrics', async () => {
    const answer = await sendJson(system, CHAT, QUESTION);
    const id = answer.headers.get('x-request-id') ?? 'none';
    const metrics = await send(system, '/metrics');

    expect(id).toMatch(/^req_/);
    await expect.poll(async () => await system.logs('api'), { timeout: 10_000 }).toContain(id);
    expect(metrics.status, metrics.text.slice(0, 200)).toBe(200);
    expect(metrics.text).toContain(CHAT_MODEL);
  });

  it.each([
    ['a chat', CHAT, { ...QUESTION, model: EMBEDDING_MODEL }],
    ['embeddings', '/v1/embeddings', { model: CHAT_MODEL, input: 'x' }],
    ['a rerank', '/v1/rerank', { model: CHAT_MODEL, query: 'x', documents: ['x'] }],
  ])('B30: %s by a model of another type is refused before any container is asked', async (_, path, body) => {
    const before = (await system.witness()).length;
    const answer = await sendJson(system, path, body);

    expect(answer.status, answer.text).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'unsupported_model', param: 'model' });
    expect(await system.witness()).toHaveLength(before);
  });

  it('B31: malformed JSON and a missing model are told apart', async () => {
    const malformed = await send(system, CHAT, { method: 'POST', headers: JSON_HEADERS, body: '{"model": nope}' });
    const missing = await sendJson(system, CHAT, { messages: QUESTION.messages });

    expect(malformed.body.error).toMatchObject({ param: null });
    expect(malformed.body.error?.message).toMatch(/JSON/);
    expect(missing.body.error?.message).toMatch(/model/);
    expect(missing.body.error?.message).not.toBe(malformed.body.error?.message);
  });

  it('B32: an address that a caller claims is not believed', async () => {
    const headers = { ...JSON_HEADERS, 'x-forwarded-for': '203.0.113.77', 'x-real-ip': '203.0.113.77' };
    const answer = await send(system, CHAT, { method: 'POST', headers, body: JSON.stringify(QUESTION) });
    const id = answer.headers.get('x-request-id') ?? 'none';
    await expect.poll(async () => await system.logs('api'), { timeout: 10_000 }).toContain(id);

    expect(answer.status).toBe(200);
    expect(await system.logs('api')).not.toContain('203.0.113.77');
  });

  it('B33: what EMD advertises and leaves out is here: completions, files and batches', async () => {
    const client = impatientClient(system);
    const completion = await client.completions.create({ model: CHAT_MODEL, prompt: 'Reply with exactly: here' });
    const file = await client.files.create({
      file: await OpenAI.toFile(Buffer.from('{}\n'), 'input.jsonl'),
      purpose: 'batch',
    });

    expect(completion.object).toBe('text_completion');
    expect((await client.files.retrieve(file.id)).id).toBe(file.id);
    expect((await client.batches.list()).data).toEqual([]);
  });
});

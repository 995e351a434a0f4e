import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_MODEL, EMBEDDING_MODEL, impatientClient, send, sendJson } from './support/clients.js';
import { writeCatalog, type TemporaryCatalog } from './support/emd/catalogs.js';
import { ScriptedServer, sendCompletion } from './support/emd/scripted-server.js';

const CHAT = '/v1/chat/completions';
const ECS_MODEL = 'on-ecs/dev';
const SLOW_MODEL = 'slow-writer/dev';
const SLOW_ENDPOINT = 'slow-writer-endpoint';
/** A little longer than the 30 s after which EMD's router gives a server on ECS up. */
const BEYOND_EMD_MS = 30_500;

describe("What EMD's router gets wrong with models and their servers", () => {
  const ecs = new ScriptedServer();
  let catalog: TemporaryCatalog;
  let system: System;

  beforeAll(async () => {
    const baseUrl = await ecs.start();
    catalog = await writeCatalog([
      { id: ECS_MODEL, type: 'chat', target: { kind: 'http', baseUrl }, transports: ['http'], adapter: 'openai' },
      {
        id: SLOW_MODEL,
        type: 'chat',
        target: { kind: 'sagemaker', endpoint: SLOW_ENDPOINT },
        transports: ['invoke', 'invoke-stream'],
        adapter: 'openai',
      },
    ]);
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog.path } });
    await putEndpoint(system, SLOW_ENDPOINT, {
      model: 'slow-writer',
      engine: 'chat',
      framing: 'json-lines',
      tokenDelayMs: 20,
      // Stands for SageMaker's 60 s: the answer takes longer than this and has to come all the same.
      invocationTimeoutMs: 400,
    });
  });

  afterAll(async () => {
    await system?.stop();
    await ecs.stop();
    await catalog?.remove();
  });

  it('B19: one model is found by its id, whether its slash is encoded or not', async () => {
    for (const path of ['Qwen2.5-7B-Instruct%2Fdev', 'Qwen2.5-7B-Instruct/dev', 'Qwen2.5-7B-Instruct']) {
      const answer = await send(system, `/v1/models/${path}`);

      expect(answer.status, `${path}: ${answer.text}`).toBe(200);
      expect(answer.body).toMatchObject({ object: 'model' });
    }
    await expect(impatientClient(system).models.retrieve(CHAT_MODEL)).resolves.toMatchObject({ id: CHAT_MODEL });
  });

  it('B20: every model of the list has the time of its creation, in a stable order', async () => {
    const list = async (): Promise<{ id: string; created: number }[]> =>
      ((await send(system, '/v1/models')).body as unknown as { data: { id: string; created: number }[] }).data;
    const [first, second] = [await list(), await list()];

    expect(first.length).toBeGreaterThan(5);
    expect(first.every(({ created }) => Number.isInteger(created) && created > 0)).toBe(true);
    expect(first).toEqual(second);
  });

  it('B21: a server on ECS that takes longer than 30 s for its answer is waited for', async () => {
    ecs.play(async (_request, response) => {
      await delay(BEYOND_EMD_MS);
      sendCompletion(response, 'worth the wait');
    });
    const answer = await sendJson(system, CHAT, question(ECS_MODEL));

    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toContain('worth the wait');
  });

  it.each([
    ['the caller allows many tokens', { max_tokens: 4000 }],
    ['the caller says nothing of length', {}],
  ])('B22: an answer that takes longer than an invocation may is given whole (%s)', async (_, options) => {
    const text = Array.from({ length: 60 }, (_word, index) => `word${index}`).join(' ');
    const answer = await sendJson(system, CHAT, { ...question(SLOW_MODEL, text), ...options });

    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: { total_tokens: expect.any(Number) },
    });
  });

  it('B24: the body reaches the server byte for byte, except for the model', async () => {
    ecs.play((_request, response) => sendCompletion(response));
    const bytes = (model: string): string =>
      `{ "seed":9007199254740993, "temperature":1.0,"model":"${model}","zeta":{"b":1e2,"a":-0.0},\n "messages":[{"role":"user","content":"\\u00fc"}] }`;
    const answer = await send(system, CHAT, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bytes(ECS_MODEL),
    });

    expect(answer.status, answer.text).toBe(200);
    expect(ecs.seen.map(({ body }) => body)).toEqual([bytes('on-ecs')]);
  });

  it("B29: connections to a server on ECS are used again, and the caller's own headers stay here", async () => {
    ecs.play((_request, response) => sendCompletion(response));
    for (let call = 0; call < 5; call++) {
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'br', 'x-secret-of-caller': 'yes' };
      const answer = await send(system, CHAT, {
        method: 'POST',
        headers,
        body: JSON.stringify(question(ECS_MODEL)),
      });
      expect(answer.status, answer.text).toBe(200);
    }

    expect(new Set(ecs.seen.map(({ port }) => port)).size).toBe(1);
    expect(ecs.seen.every(({ headers }) => !JSON.stringify(headers).includes(system.apiKey))).toBe(true);
    expect(ecs.seen.every(({ headers }) => headers['x-secret-of-caller'] === undefined)).toBe(true);
    expect(ecs.seen.every(({ headers }) => headers['accept-encoding'] !== 'br')).toBe(true);
  });

  it('B29: a caller who leaves stops a server on ECS', async () => {
    const leaving = new AbortController();
    const stopped = new Promise<void>((resolve) => {
      ecs.play(async (_request, response) => {
        leaving.abort();
        await once(response, 'close');
        resolve();
      });
    });
    const asked = send(system, CHAT, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question(ECS_MODEL)),
      signal: leaving.signal,
    });

    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await stopped;
  });

  it('B3: a stream of a server on ECS that says no [DONE] itself ends with one', async () => {
    ecs.play((_request, response) => {
      const chunk = (delta: object, reason: string | null): string =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'on-ecs', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chunk({ role: 'assistant', content: 'here' }, null) + chunk({}, 'stop'));
    });
    const answer = await sendJson(system, CHAT, { ...question(ECS_MODEL), stream: true });

    expect(answer.text.match(/data: \[DONE\]/g)).toHaveLength(1);
    expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('B9: an error of a server on ECS is an object with its own message, not a string', async () => {
    ecs.play((_request, response) => {
      const error = { message: 'temperature must be below 2', type: 'BadRequestError', param: null, code: 400 };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    });
    const answer = await sendJson(system, CHAT, question(ECS_MODEL));

    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ message: 'temperature must be below 2', type: 'invalid_request_error' });
  });

  it('keeps the name that the caller sent, with the tag, without it, and for embeddings', async () => {
    const untagged = await sendJson(system, CHAT, question('Qwen2.5-7B-Instruct'));
    const embedded = await sendJson(system, '/v1/embeddings', { model: EMBEDDING_MODEL, input: 'x' });

    expect(untagged.body).toMatchObject({ model: 'Qwen2.5-7B-Instruct' });
    expect(embedded.body).toMatchObject({ model: EMBEDDING_MODEL });
  });
});

function question(model: string, text = 'here'): object {
  return { model, messages: [{ role: 'user', content: `Reply with exactly: ${text}` }] };
}

async function putEndpoint(system: System, name: string, definition: object): Promise<void> {
  const response = await fetch(`${system.controlUrl}/endpoints/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  });
  if (!response.ok) throw new Error(`the endpoint is refused: ${await response.text()}`);
}

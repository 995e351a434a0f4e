import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { OPENAI_CLIENTS } from './testing/openai-clients.js';
import { chatFrame, ScriptedChat } from './testing/scripted-use-cases.js';
import { API_KEY, startTestApi } from './testing/start-test-api.js';

const MESSAGES = [{ role: 'user' as const, content: 'hi' }];

describe.each(OPENAI_CLIENTS)('the official client, major $version', ({ Client }) => {
  it('lists models and retrieves one whose id holds a slash', async () => {
    await using api = await startTestApi();
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const listed: string[] = [];
    for await (const model of client.models.list()) listed.push(model.id);
    expect(listed).toEqual(['test-chat/dev']);
    expect((await client.models.retrieve('test-chat/dev')).id).toBe('test-chat/dev');
  });

  it('chats and embeds, with a base URL with and without /v1', async () => {
    await using api = await startTestApi();
    for (const baseURL of [`${api.url}/v1`, `${api.url}/v1/`, api.url]) {
      const client = new Client({ baseURL, apiKey: API_KEY });
      const completion = await client.chat.completions.create({ model: 'test-chat', messages: MESSAGES });
      expect(completion.choices[0]?.message.content).toBe('Hello there');
      expect(completion._request_id).toMatch(/^req_/);
      const { data } = await client.embeddings.create({ model: 'e', input: 'x' });
      expect(data[0]?.embedding).toEqual([0.25, -0.5]);
    }
  });

  it('streams', async () => {
    await using api = await startTestApi();
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const stream = await client.chat.completions.create({ model: 'test-chat', messages: MESSAGES, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello there');
  });

  it('throws when a stream breaks midway, and keeps what came before', async () => {
    const chat = new ScriptedChat({
      async *frames({ model }) {
        yield chatFrame(model, { content: 'Hel' });
        await Promise.reject(new GatewayError('upstream_error', 'The model server broke.'));
      },
    });
    await using api = await startTestApi({ chat });
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const stream = await client.chat.completions.create({ model: 'test-chat', messages: MESSAGES, stream: true });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_error', type: 'server_error' });
    expect(text).toBe('Hel');
  });

  it('maps failures to its own classes, with request id, code and param', async () => {
    await using api = await startTestApi();
    const wrongKey = new Client({ baseURL: `${api.url}/v1`, apiKey: 'sk-wrong', maxRetries: 0 });
    await expect(wrongKey.files.list()).rejects.toMatchObject({
      name: 'Error',
      status: 401,
      code: 'invalid_api_key',
      requestID: expect.stringMatching(/^req_/) as string,
    });
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY, maxRetries: 0 });
    await expect(client.models.retrieve('nope')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });

  it('retries what may pass and not what may not', async () => {
    let calls = 0;
    const chat = new ScriptedChat({
      create: ({ model }) => {
        calls++;
        throw model === 'busy'
          ? new GatewayError('upstream_throttled', 'busy', { retryAfterSeconds: 0.01 })
          : new GatewayError('internal_error', 'broken');
      },
    });
    await using api = await startTestApi({ chat });
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    await expect(client.chat.completions.create({ model: 'busy', messages: MESSAGES })).rejects.toMatchObject({
      status: 429,
    });
    expect(calls).toBe(3);
    await expect(client.chat.completions.create({ model: 'broken', messages: MESSAGES })).rejects.toMatchObject({
      status: 500,
    });
    expect(calls).toBe(4);
  });

  it('uploads from memory and from a stream, reads back, deletes', async () => {
    await using api = await startTestApi();
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const folder = await mkdtemp(join(tmpdir(), 'sluice-upload-'));
    try {
      const path = join(folder, 'input.jsonl');
      await writeFile(path, '{"line":1}\n'.repeat(50_000));
      const streamed = await client.files.create({ file: createReadStream(path), purpose: 'batch' });
      expect(streamed).toMatchObject({ bytes: 550_000, filename: 'input.jsonl', purpose: 'batch' });
    } finally {
      await rm(folder, { recursive: true });
    }
    const file = await client.files.create({
      file: await toFile(Buffer.from('abc'), 'a.jsonl'),
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    expect((file.expires_at ?? 0) - file.created_at).toBe(3600);
    expect(await (await client.files.content(file.id)).text()).toBe('abc');
    expect((await client.files.waitForProcessing(file.id)).status).toBe('processed');
    expect(await client.files.delete(file.id)).toMatchObject({ deleted: true });
  });

  it('creates, polls, lists and cancels batches', async () => {
    await using api = await startTestApi();
    const client = new Client({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const batch = await client.batches.create({
      input_file_id: 'file-1',
      endpoint: '/v1/embeddings',
      completion_window: '24h',
    });
    expect((await client.batches.retrieve(batch.id)).status).toBe('validating');
    const ids: string[] = [];
    for await (const { id } of client.batches.list({ limit: 10 })) ids.push(id);
    expect(ids).toEqual([batch.id]);
    expect((await client.batches.cancel(batch.id)).status).toBe('cancelled');
  });
});

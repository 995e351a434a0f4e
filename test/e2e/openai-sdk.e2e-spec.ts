import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import {
  chatRequest,
  createBatch,
  embeddingRequest,
  finishedBatch,
  readRows,
  toLines,
  uploadInput,
  usedTokens,
} from './support/batches.js';
import { SDK_MAJORS } from './support/sdk-majors.js';

const CHAT = 'Qwen2.5-7B-Instruct/dev';

describe('A stock OpenAI SDK just works', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  describe.each(SDK_MAJORS)('$name', ({ Client }) => {
    let client: OpenAI;

    beforeAll(() => {
      client = new Client({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
    });

    it('lists the models of the catalog and retrieves one whose id holds a slash', async () => {
      const models = await client.models.list();
      const model = await client.models.retrieve(CHAT);

      expect(models.data.map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          CHAT,
          'Llama-3.3-70B-Instruct/dev',
          'Qwen2-VL-7B-Instruct/dev',
          'bge-m3/dev',
          'bge-reranker-v2-m3/dev',
        ]),
      );
      expect(model).toMatchObject({ id: CHAT, object: 'model' });
      expect(model.created).toBeTypeOf('number');
    });

    it('answers a chat under the name that was asked', async () => {
      const { data: completion, request_id } = await client.chat.completions
        .create({ model: CHAT, messages: [{ role: 'user', content: 'Reply with exactly: sluice works' }] })
        .withResponse();

      expect(completion.model).toBe(CHAT);
      expect(completion.object).toBe('chat.completion');
      expect(completion.choices[0]?.message.content).toBe('sluice works');
      expect(completion.usage?.total_tokens).toBe(
        (completion.usage?.prompt_tokens ?? 0) + (completion.usage?.completion_tokens ?? 0),
      );
      expect(request_id).toMatch(/^req_/);
    });

    it.each([CHAT, 'Llama-3.3-70B-Instruct/dev'])(
      'streams %s without a usage chunk unless it is asked for',
      async (model) => {
        const stream = await client.chat.completions.create({
          model,
          stream: true,
          messages: [{ role: 'user', content: 'Reply with exactly: one two three — ünïcødé ✓' }],
        });
        const chunks: OpenAI.ChatCompletionChunk[] = [];
        for await (const chunk of stream) chunks.push(chunk);

        expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three — ünïcødé ✓');
        expect(chunks.every((chunk) => chunk.choices.length > 0 && chunk.model === model)).toBe(true);
        expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason !== null)).toHaveLength(1);
        expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
      },
    );

    it.each([CHAT, 'Llama-3.3-70B-Instruct/dev'])(
      'streams %s with exact usage as the last chunk when it is asked for',
      async (model) => {
        const stream = await client.chat.completions.create({
          model,
          stream: true,
          stream_options: { include_usage: true },
          messages: [{ role: 'user', content: 'Reply with exactly: counted' }],
        });
        const chunks: OpenAI.ChatCompletionChunk[] = [];
        for await (const chunk of stream) chunks.push(chunk);

        const last = chunks.at(-1);
        expect(last?.choices).toEqual([]);
        expect(last?.usage?.total_tokens).toBeGreaterThan(0);
        expect(chunks.slice(0, -1).every((chunk) => !chunk.usage)).toBe(true);
      },
    );

    it('calls a tool that is offered and answers from its result', async () => {
      const tools: OpenAI.ChatCompletionTool[] = [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Current weather of a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        },
      ];
      const question: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'What is the weather in Paris?' };
      const asked = await client.chat.completions.create({
        model: CHAT,
        messages: [question],
        tools,
        tool_choice: 'required',
      });
      const message = asked.choices[0]?.message;
      const call = message?.tool_calls?.[0];
      if (message === undefined || call?.type !== 'function') throw new Error('no tool was called');
      const answered = await client.chat.completions.create({
        model: CHAT,
        messages: [question, message, { role: 'tool', tool_call_id: call.id, content: 'Sunny, 21 degrees' }],
        tools,
      });

      expect(asked.choices[0]?.finish_reason).toBe('tool_calls');
      expect(call.function.name).toBe('get_weather');
      expect(JSON.parse(call.function.arguments)).toHaveProperty('city');
      expect(answered.choices[0]?.message.content).toContain('21 degrees');
    });

    it('embeds with the default encoding and with floats to the same vectors', async () => {
      const input = ['The cat sat on the mat.', 'A cat is on a mat.', 'Stock markets fell sharply today.'];
      const byDefault = await client.embeddings.create({ model: 'bge-m3/dev', input });
      const asFloats = await client.embeddings.create({ model: 'bge-m3/dev', input, encoding_format: 'float' });
      const vectors = byDefault.data.map(({ embedding }) => embedding);
      const similarity = (a: number[] = [], b: number[] = []): number =>
        a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

      expect(byDefault.data.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(vectors[0]).toHaveLength(asFloats.data[0]?.embedding.length ?? 0);
      vectors[0]?.forEach((value, at) => expect(value).toBeCloseTo(asFloats.data[0]?.embedding[at] ?? Number.NaN, 5));
      expect(similarity(vectors[0], vectors[1])).toBeGreaterThan(similarity(vectors[0], vectors[2]));
      expect(byDefault.usage.total_tokens).toBeGreaterThan(0);
    });

    it('runs a batch of embeddings to its output, matched by custom_id', async () => {
      const texts = ['alpha', 'beta', 'gamma'];
      const input = await uploadInput(client, toLines(texts.map((text) => embeddingRequest(`id-${text}`, text))));
      const batch = await finishedBatch(client, (await createBatch(client, input)).id);
      const rows = await readRows(client, batch.output_file_id);

      expect(batch).toMatchObject({
        status: 'completed',
        request_counts: { total: 3, completed: 3, failed: 0 },
        error_file_id: null,
      });
      expect(rows.map(({ custom_id }) => custom_id)).toEqual(texts.map((text) => `id-${text}`));
      expect(rows.every(({ response }) => response?.status_code === 200)).toBe(true);
      const used = rows.reduce((sum, row) => sum + usedTokens(row), 0);
      expect(batch.usage?.total_tokens).toBe(used);
    });

    it('runs a batch of chats and gives its failures apart', async () => {
      const bad = { ...chatRequest('bad', ''), body: { model: CHAT, messages: [] } };
      const input = await uploadInput(client, toLines([chatRequest('good', 'Reply with exactly: fine'), bad]));
      const batch = await finishedBatch(client, (await createBatch(client, input, '/v1/chat/completions')).id);
      const [good] = await readRows(client, batch.output_file_id);
      const [failed] = await readRows(client, batch.error_file_id);

      expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 1, failed: 1 } });
      expect(good).toMatchObject({
        custom_id: 'good',
        response: { body: { choices: [{ message: { content: 'fine' } }] } },
      });
      expect(failed).toMatchObject({
        custom_id: 'bad',
        response: { status_code: 400, body: { error: { param: 'messages' } } },
      });
    });

    it('lists, retrieves, reads in part and deletes files', async () => {
      const id = await uploadInput(client, 'abcdefgh');
      const file = await client.files.retrieve(id);
      const part = await (await client.files.content(id, { headers: { range: 'bytes=2-4' } })).text();
      const listed = await client.files.list({ purpose: 'batch', limit: 5 });
      const deleted = await client.files.delete(id);

      expect(file).toMatchObject({ id, bytes: 8, filename: 'input.jsonl', purpose: 'batch', status: 'processed' });
      expect(part).toBe('cde');
      expect(listed.data.map((entry) => entry.id)).toContain(id);
      expect(deleted).toEqual({ id, object: 'file', deleted: true });
      await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
    });

    it('pages through batches with the last id as cursor', async () => {
      const input = await uploadInput(client, toLines([embeddingRequest('only', 'one')]));
      const created = [
        await createBatch(client, input),
        await createBatch(client, input),
        await createBatch(client, input),
      ];
      const seen: string[] = [];
      for await (const batch of client.batches.list({ limit: 2 })) {
        seen.push(batch.id);
        if (seen.length > 100) break;
      }

      expect(seen.slice(0, 3)).toEqual(created.map(({ id }) => id).toReversed());
      expect(new Set(seen).size).toBe(seen.length);
    });
  });
});

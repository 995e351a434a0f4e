import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RecordingServer } from '../integration/inference/recording-server.js';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_ENDPOINT, impatientClient } from './support/clients.js';

const WORDS = ['größe', ' 日本', ' 🎉'];
const MESSAGES = [{ role: 'user', content: 'anything' }] as const;

function chunk(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  const fields = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'inner', choices };
  return `data: ${JSON.stringify(fields)}\n\n`;
}

describe('A model server behind HTTP, and one that stands in', () => {
  let folder: string;
  let server: RecordingServer;
  let system: System;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
    server = await RecordingServer.start();
    const entry = { type: 'chat', adapter: 'openai' };
    const own = {
      ...entry,
      id: 'inner:8b',
      target: { kind: 'http', baseUrl: `${server.url}/v1`, apiKeyEnv: 'INNER_KEY' },
      transports: ['http'],
    };
    const failing = {
      ...entry,
      id: 'outer/dev',
      servedName: 'Qwen2.5-7B-Instruct',
      target: { kind: 'sagemaker', endpoint: CHAT_ENDPOINT },
      transports: ['invoke', 'invoke-stream'],
      fallbacks: ['inner:8b'],
    };
    const routed = { ...failing, id: 'routed/dev', transports: ['openai-route'], fallbacks: [] };
    const path = join(folder, 'sluice.yaml');
    await writeFile(path, JSON.stringify({ models: [own, failing, routed] }));
    system = await startSystem({
      environment: { SLUICE_CATALOG: path, INNER_KEY: 'sk-inner', SLUICE_MAX_RETRIES: '0' },
    });
  });

  afterEach(async () => {
    await system.clearFaults();
    server.requests.length = 0;
  });

  afterAll(async () => {
    await system?.stop();
    await server?.close();
    await rm(folder, { recursive: true });
  });

  function answerWhole(): void {
    server.respond = (_request, response) => {
      const message = { role: 'assistant', content: WORDS.join('') };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'inner', choices }),
      );
    };
  }

  it('answers the OpenAI SDK, called with its own key and never with the caller’s', async () => {
    answerWhole();

    const answer = await impatientClient(system).chat.completions.create({
      model: 'inner:8b',
      messages: [...MESSAGES],
    });

    expect(answer.model).toBe('inner:8b');
    expect(answer.choices[0]?.message.content).toBe(WORDS.join(''));
    const [sent] = server.requests;
    expect([sent?.path, sent?.headers.authorization]).toEqual(['/v1/chat/completions', 'Bearer sk-inner']);
    expect(JSON.stringify(sent?.headers)).not.toContain(system.apiKey);
  });

  it('streams to the OpenAI SDK', async () => {
    server.respond = (_request, response) => {
      for (const word of WORDS) response.write(chunk({ content: word }));
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    };

    const stream = await impatientClient(system).chat.completions.create({
      model: 'inner:8b',
      messages: [...MESSAGES],
      stream: true,
    });
    const parts: string[] = [];
    for await (const part of stream) parts.push(part.choices[0]?.delta.content ?? '');

    expect(parts.join('')).toBe(WORDS.join(''));
  });

  it('B29: hears within a second that the client has left', async () => {
    server.respond = (_request, response) => response.write(chunk({ content: 'first' }));
    const stream = await impatientClient(system).chat.completions.create({
      model: 'inner:8b',
      messages: [...MESSAGES],
      stream: true,
    });
    for await (const _part of stream) break;

    await expect.poll(() => server.sockets.size, { timeout: 1_000 }).toBe(0);
  });

  it('answers for a model whose endpoint cannot, under the name that was asked for', async () => {
    answerWhole();
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'unavailable' });

    const answer = await impatientClient(system).chat.completions.create({ model: 'outer', messages: [...MESSAGES] });

    expect(answer.model).toBe('outer');
    expect(answer.choices[0]?.message.content).toBe(WORDS.join(''));
    expect(server.requests.map(({ body }) => (JSON.parse(body.toString('utf8')) as { model: string }).model)).toEqual([
      'inner:8b',
    ]);
  });

  it("is reached as well by SageMaker's OpenAI route", async () => {
    const answer = await impatientClient(system).chat.completions.create({
      model: 'routed',
      messages: [{ role: 'user', content: 'Reply with exactly: here' }],
    });

    expect(answer.choices[0]?.message.content).toBe('here');
    const calls = await system.witness();
    expect(calls.at(-1)?.operation).toBe('OpenAiRoute');
  });
});

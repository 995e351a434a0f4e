import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hoistStream, type Inference } from '#inference';
import { scanJsonObject } from '#platform';
import { jsonOf, ModelServer, openModels, served } from './model-server.js';
import { callWith, EMBEDDING, JSON_LINES_CHAT, RERANK, SSE_CHAT, Stage } from './open-stage.js';

let stage: Stage;
let inference: Inference;
beforeAll(async () => {
  stage = await Stage.open();
  inference = await stage.createInference();
});
afterEach(() => stage.reset());
afterAll(async () => {
  await inference.close();
  await stage.close();
});

async function invoke(fields: object): Promise<Record<string, unknown>> {
  return jsonOf(await inference.useCases.invocations.create(callWith(fields)));
}

async function textOf(frames: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const frame of frames) text += frame.toString('utf8');
  return text;
}

const ORDER = 'Reply with exactly "über alles"';
const model = JSON_LINES_CHAT.model;

describe('invocations of a chat model', () => {
  it.each([
    ['the form of the seed', { input: { query: ORDER }, parameters: { max_tokens: 100 } }],
    ['a question as a string', { input: ORDER }],
    ['messages inside input', { input: { messages: [{ role: 'user', content: ORDER }] } }],
    ['messages as input', { input: [{ role: 'user', content: ORDER }], parameters: {} }],
    ['the body of chat completions', { messages: [{ role: 'user', content: ORDER }] }],
  ])('take %s', async (_name, fields) => {
    const answer = await invoke({ model, ...fields });

    expect(answer).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ message: { content: 'über alles' } }],
    });
  });

  it('honour the parameters', async () => {
    const answer = await invoke({ model, input: { query: 'Count to 50' }, parameters: { max_tokens: 3 } });

    expect(answer).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } });
    await expect(invoke({ model, input: 'x', parameters: { temperature: 9 } })).rejects.toMatchObject({
      reason: 'decimal_above_max_value',
      param: 'temperature',
    });
  });

  it('answer the body of completions as completions do', async () => {
    expect(await invoke({ model, prompt: ORDER })).toMatchObject({ object: 'text_completion', model });
  });

  it('stream, also when the parameters ask for it', async () => {
    const body = hoistStream(
      scanJsonObject(Buffer.from(JSON.stringify({ model, input: { query: ORDER }, parameters: { stream: true } }))),
    );
    expect(body.value('stream')).toBe(true);

    const { frames } = await inference.useCases.invocations.stream({ ...callWith({ model }), body });

    const text = await textOf(frames);
    expect(text).toContain('chat.completion.chunk');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it.each([
    [{ input: {} }, 'missing_required_parameter', 'input.query'],
    [{ input: 7 }, 'invalid_type', 'input'],
    [{ input: { query: 7 } }, 'invalid_type', 'input.query'],
    [{ input: 'x', parameters: [] }, 'invalid_type', 'parameters'],
  ])('refuse %j', async (fields, reason, param) => {
    await expect(invoke({ model, ...fields })).rejects.toMatchObject({ reason, param });
  });

  it("pass the container's own refusal of other words on", async () => {
    await expect(invoke({ model, inputs: 'x' })).rejects.toMatchObject({ reason: 'upstream_rejected', status: 400 });
  });
});

describe('invocations of other models', () => {
  it('embed', async () => {
    const plain = await invoke({ model: EMBEDDING.model, input: ['a', 'b'] });
    const seed = await invoke({ model: EMBEDDING.model, input: { texts: ['a', 'b'] }, parameters: {} });

    expect(plain).toMatchObject({ object: 'list', data: [{ index: 0 }, { index: 1 }] });
    expect(seed['data']).toEqual(plain['data']);
  });

  it('rerank', async () => {
    const fields = { query: 'capital of France', documents: ['Berlin is in Germany.', 'Paris, the capital of France'] };
    const plain = await invoke({ model: RERANK.model, ...fields });
    const seed = await invoke({ model: RERANK.model, input: fields });

    expect(plain).toMatchObject({ results: [{ index: 1 }, { index: 0 }] });
    expect(seed['results']).toEqual(plain['results']);
  });

  it.each([
    ['JSON', { prompt_id: 1 }, 'application/json'],
    ['text', 'plain words', 'text/plain; charset=utf-8'],
    ['bytes', Buffer.from([0xff, 0xd8, 0x00]), 'application/octet-stream'],
  ])('give the bytes of a raw model back, and say that they are %s', async (_name, answer, contentType) => {
    await using server = await ModelServer.start(() => answer);
    await using models = await openModels([served(server.url, { type: 'custom', adapter: 'raw', servedName: 'own' })]);
    const text = '{"model":"m","workflow":{"seed":9007199254740993}}';

    const reply = await models.useCases.invocations.create({
      ...callWith({ model: 'm' }),
      body: scanJsonObject(Buffer.from(text)),
    });

    expect(server.last.text).toBe('{"model":"own","workflow":{"seed":9007199254740993}}');
    expect(reply.contentType).toBe(contentType);
    expect(reply.body).toEqual(
      typeof answer === 'string' || Buffer.isBuffer(answer) ? Buffer.from(answer) : Buffer.from(JSON.stringify(answer)),
    );
  });

  it('take a stated failure for what it is', async () => {
    await using server = await ModelServer.start(() => ({ status: 'bad response' }));
    await using models = await openModels([served(server.url, { type: 'custom', adapter: 'raw' })]);

    await expect(models.useCases.invocations.create(callWith({ model: 'm', x: 1 }))).rejects.toMatchObject({
      reason: 'upstream_error',
    });
  });
});

describe('completions', () => {
  it.each([JSON_LINES_CHAT.model, SSE_CHAT.model])('come whole and as a stream from %s', async (name) => {
    const fields = { model: name, prompt: ORDER };
    const whole = jsonOf(await inference.useCases.completions.create(callWith(fields)));
    const stream = await inference.useCases.completions.stream(callWith({ ...fields, stream: true }));
    const text = await textOf(stream.frames);
    const chunks = text
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)) as { object: string; model: string; choices: { text: string }[] });

    expect(whole).toMatchObject({ object: 'text_completion', model: name, choices: [{ text: 'über alles' }] });
    expect(chunks.map(({ choices }) => choices[0]?.text).join('')).toBe('über alles');
    expect(chunks.every((chunk) => chunk.object === 'text_completion' && chunk.model === name)).toBe(true);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(stream.usage()?.completionTokens).toBeGreaterThan(0);
  });

  it('answer each prompt n times', async () => {
    const fields = { model, prompt: ['Say "a" 2 times', 'Say "b" 2 times'], n: 2 };
    const whole = jsonOf(await inference.useCases.completions.create(callWith(fields)));
    const { frames } = await inference.useCases.completions.stream(callWith({ ...fields, stream: true }));

    expect(whole['choices']).toHaveLength(4);
    expect((await textOf(frames)).match(/"finish_reason":"/g)).toHaveLength(4);
  });

  it.each([
    [{}, 'missing_required_parameter', 'prompt'],
    [{ prompt: [] }, 'empty_array', 'prompt'],
    [{ prompt: 7 }, 'invalid_type', 'prompt'],
    [{ prompt: ['a', {}] }, 'invalid_type', 'prompt[1]'],
    [{ prompt: 'x', n: 0 }, 'integer_below_min_value', 'n'],
    [{ prompt: 'x', stream_options: {} }, 'invalid_request', 'stream_options'],
  ])('refuse %j', async (fields, reason, param) => {
    const call = callWith({ model, ...fields });
    await expect(inference.useCases.completions.create(call)).rejects.toMatchObject({ reason, param });
  });
});

describe('answers that take longer than a whole call may', () => {
  const QUESTION = [{ role: 'user', content: 'Count from 1 to 40' }];

  it('are streamed and put together', async () => {
    const slow = await Stage.open({ invocationTimeoutMs: 150, tokenDelayMs: 5 });
    const slowInference = await slow.createInference({ maxRetries: 0 });
    const operations = (): string[] => slow.aws.witness.list({}).map(({ operation }) => operation);
    const ask = async (fields: object): Promise<Record<string, unknown>> =>
      jsonOf(await slowInference.useCases.chat.create(callWith({ model, messages: QUESTION, ...fields })));
    try {
      // Nobody knows yet: the wall is met once, and the answer comes all the same.
      const first = await ask({});
      expect(first).toMatchObject({ object: 'chat.completion', model, choices: [{ finish_reason: 'stop' }] });
      expect(JSON.stringify(first)).toContain('39, 40');
      expect(operations()).toEqual(['InvokeEndpoint', 'InvokeEndpointWithResponseStream']);

      slow.reset();
      expect(await ask({})).toMatchObject({ usage: first['usage'] });
      expect(operations()).toEqual(['InvokeEndpointWithResponseStream']);

      slow.reset();
      await ask({ max_tokens: 4 });
      expect(operations()).toEqual(['InvokeEndpoint']);

      slow.reset();
      await ask({ max_tokens: 4_000 });
      expect(operations()).toEqual(['InvokeEndpointWithResponseStream']);
    } finally {
      await slowInference.close();
      await slow.close();
    }
  });
});

import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { callWith } from './open-stage.js';
import { jsonOf, ModelServer, openModels, served, type ModelAnswer } from './model-server.js';

const USER = { role: 'user', content: 'hi' };
const LOOK_UP = { name: 'look_up', parameters: { type: 'object', properties: {} } };

function completion(message: object, finishReason = 'stop'): object {
  return {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function lines(...chunks: object[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
}

function piece(choice: object, extra: object = {}): object {
  return { id: 'c1', created: 7, model: 'm', choices: [{ index: 0, finish_reason: null, ...choice }], ...extra };
}

async function open(answer: ModelAnswer, options: object = {}) {
  const server = await ModelServer.start(answer);
  const models = await openModels([served(server.url, { type: 'chat', options })]);
  return {
    server,
    chat: models.useCases.chat,
    ask: async (fields: object) =>
      jsonOf(await models.useCases.chat.create(callWith({ model: 'm', messages: [USER], ...fields }))),
    [Symbol.asyncDispose]: async () => {
      await models[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('deprecated functions', () => {
  const calls = [{ id: 'x', type: 'function', function: { name: 'look_up', arguments: '{}' } }];

  it('reach the model server as tools, and the call comes back as function_call', async () => {
    await using stage = await open(() => completion({ content: null, tool_calls: calls }, 'tool_calls'));

    const answer = await stage.ask({ functions: [LOOK_UP], function_call: { name: 'look_up' } });

    expect(stage.server.last.fields).toMatchObject({
      tools: [{ type: 'function', function: LOOK_UP }],
      tool_choice: { type: 'function', function: { name: 'look_up' } },
    });
    expect(stage.server.last.fields).not.toHaveProperty('functions');
    expect(stage.server.last.fields).not.toHaveProperty('function_call');
    expect(answer['choices']).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, function_call: { name: 'look_up', arguments: '{}' } },
        finish_reason: 'function_call',
      },
    ]);
  });

  it('stream as pieces of function_call', async () => {
    const [call] = calls;
    await using stage = await open(() =>
      lines(
        piece({ delta: { role: 'assistant', tool_calls: [{ index: 0, ...call }] } }),
        piece({ delta: { tool_calls: [{ index: 0, function: { arguments: '}' } }] } }),
        piece({ delta: {}, finish_reason: 'tool_calls' }),
      ),
    );

    const { frames } = await stage.chat.stream(
      callWith({ model: 'm', messages: [USER], functions: [LOOK_UP], stream: true }),
    );
    const texts: string[] = [];
    for await (const frame of frames) texts.push(frame.toString('utf8'));

    expect(texts[0]).toContain('"function_call":{"name":"look_up","arguments":"{}"}');
    expect(texts[1]).toContain('"function_call":{"arguments":"}"}');
    expect(texts[2]).toContain('"finish_reason":"function_call"');
    expect(texts.join('')).not.toContain('tool_calls');
    expect(texts.at(-1)).toBe('data: [DONE]\n\n');
  });

  it('of earlier turns become tool calls and their results', async () => {
    await using stage = await open(() => completion({ content: 'done' }));
    const messages = [
      USER,
      { role: 'assistant', content: null, function_call: { name: 'look_up', arguments: '{}' } },
      { role: 'function', name: 'look_up', content: '42' },
    ];

    await stage.ask({ messages, functions: [LOOK_UP] });

    expect(stage.server.last.fields['messages']).toEqual([
      USER,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_function_1', type: 'function', function: { name: 'look_up', arguments: '{}' } }],
      },
      { role: 'tool', content: '42', tool_call_id: 'call_function_1' },
    ]);
  });
});

describe('what a model server is spared', () => {
  it('leaves an empty list of tools out, and nothing else', async () => {
    await using stage = await open(() => completion({ content: 'x' }));

    await stage.ask({ tools: [], tool_choice: 'auto', seed: 1, top_k: 4 });

    expect(stage.server.last.fields).toEqual({ model: 'm', messages: [USER], seed: 1, top_k: 4 });
  });

  it('passes unknown fields and numbers beyond double precision on as they are', async () => {
    await using stage = await open(() => completion({ content: 'x' }));
    const model = { model: 'm', messages: [USER] };
    const call = callWith(model);
    const text = '{"model":"m","messages":[{"role":"user","content":"hi"}],"seed":9007199254740993,"x":{"y":1.50}}';

    await stage.chat.create({ ...call, body: scanJsonObject(Buffer.from(text)) });

    expect(stage.server.last.text).toBe(text);
  });

  it('nests unknown fields in extra_body where the entry says so', async () => {
    await using stage = await open(() => completion({ content: 'x' }), { extraBody: true });

    await stage.ask({ temperature: 0, top_k: 4, min_p: 0.1, extra_body: { min_p: 0.5, guided_json: {} } });

    expect(stage.server.last.fields).toEqual({
      model: 'm',
      messages: [USER],
      temperature: 0,
      extra_body: { top_k: 4, min_p: 0.5, guided_json: {} },
    });
  });

  it('renames the role developer where the entry says so', async () => {
    const messages = [{ role: 'developer', content: 'Be brief.' }, USER];
    await using plain = await open(() => completion({ content: 'x' }));
    await plain.ask({ messages });
    expect(plain.server.last.fields['messages']).toEqual(messages);

    await using stage = await open(() => completion({ content: 'x' }), { developerRole: 'system' });
    await stage.ask({ messages });
    expect(stage.server.last.fields['messages']).toEqual([{ role: 'system', content: 'Be brief.' }, USER]);
  });
});

describe('reasoning', () => {
  it.each(['reasoning', 'reasoning_content'])('is shown under both names when it came as %s', async (name) => {
    await using stage = await open(({ fields }) =>
      fields['stream'] === true
        ? lines(piece({ delta: { [name]: 'hm' } }), piece({ delta: { content: 'x' }, finish_reason: 'stop' }))
        : completion({ content: 'x', [name]: 'hm' }),
    );

    const answer = await stage.ask({});
    expect(answer['choices']).toMatchObject([{ message: { content: 'x', reasoning: 'hm', reasoning_content: 'hm' } }]);

    const { frames } = await stage.chat.stream(callWith({ model: 'm', messages: [USER], stream: true }));
    const first = await frames[Symbol.asyncIterator]().next();
    const chunk = JSON.parse(String(first.value).slice(6)) as object;
    expect(chunk).toMatchObject({ choices: [{ delta: { reasoning: 'hm', reasoning_content: 'hm' } }] });
  });
});

describe('an engine that only streams', () => {
  it('answers whole: text, reasoning, tool calls, log probabilities, every choice and the usage', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
    await using stage = await open(
      () =>
        lines(
          piece({ delta: { role: 'assistant', content: '', reasoning_content: 'let me ' } }),
          piece({ delta: { reasoning_content: 'see' }, logprobs: { content: [{ token: 'a', logprob: -1 }] } }),
          piece({ delta: { content: 'grö' }, logprobs: { content: [{ token: 'b', logprob: -2 }] } }),
          piece({ delta: { content: 'ße' } }),
          piece({
            index: 1,
            delta: { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
          }),
          piece({ index: 1, delta: { tool_calls: [{ index: 0, function: { arguments: '{"q":' } }] } }),
          piece({ index: 1, delta: { tool_calls: [{ index: 0, function: { arguments: '1}' } }] } }),
          piece({ delta: {}, finish_reason: 'stop', stop_reason: 'END' }),
          piece({ index: 1, delta: {}, finish_reason: 'tool_calls' }),
          { id: 'c1', created: 7, model: 'm', choices: [], usage },
        ),
      { streamOnly: true },
    );

    const answer = await stage.ask({ n: 2 });

    expect(stage.server.last.fields).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(answer).toEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'größe', reasoning_content: 'let me see', reasoning: 'let me see' },
          logprobs: {
            content: [
              { token: 'a', logprob: -1 },
              { token: 'b', logprob: -2 },
            ],
          },
          finish_reason: 'stop',
          stop_reason: 'END',
        },
        {
          index: 1,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"q":1}' } }],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    });
  });

  it.each([
    ['is cut', lines(piece({ delta: { content: 'half' } })), 'upstream_error'],
    ['states a failure', `${lines(piece({ delta: { content: 'half' } }))}{"error":"boom"}\n`, 'upstream_error'],
  ])('fails when its answer %s', async (_name, text, reason) => {
    await using stage = await open(() => text, { streamOnly: true });

    await expect(stage.ask({})).rejects.toMatchObject({ reason });
  });
});

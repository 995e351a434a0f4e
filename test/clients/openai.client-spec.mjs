import OpenAI7 from 'openai';
import OpenAI6 from 'openai-6';
import { beforeAll, describe, expect, it } from 'vitest';
import * as system from './system.mjs';

describe.each([
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6],
])('%s', (_, OpenAI) => {
  let client;

  beforeAll(() => {
    client = new OpenAI({ apiKey: system.apiKey(), baseURL: system.apiUrl() });
  });

  it('chats', async () => {
    const completion = await client.chat.completions.create({
      model: system.CHAT_MODEL,
      messages: [{ role: 'user', content: system.ORDER }],
    });

    expect(completion).toMatchObject({
      model: system.CHAT_MODEL,
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: system.OBEYED } }],
    });
  });

  it('streams through its own accumulator, with usage', async () => {
    const runner = client.chat.completions.stream({
      model: system.CHAT_MODEL,
      messages: [{ role: 'user', content: system.ORDER }],
      stream_options: { include_usage: true },
    });

    expect(await runner.finalContent()).toBe(system.OBEYED);
    expect((await runner.totalUsage()).completion_tokens).toBeGreaterThan(0);
  });

  it('runs a tool and hands its result to the model', async () => {
    const asked = [];
    const runner = client.chat.completions.runTools({
      model: system.CHAT_MODEL,
      messages: [{ role: 'user', content: system.WEATHER_QUESTION }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Current weather of a city',
            parameters: system.WEATHER_PARAMETERS,
            parse: JSON.parse,
            function: (given) => {
              asked.push(given);
              return 'Sunny, 21 degrees';
            },
          },
        },
      ],
    });

    expect(await runner.finalContent()).toContain('21 degrees');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveProperty('city');
  });

  it('parses a structured answer', async () => {
    const completion = await client.chat.completions.parse({
      model: system.CHAT_MODEL,
      messages: [{ role: 'user', content: 'Where is the Eiffel tower?' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'place',
          strict: true,
          schema: { ...system.WEATHER_PARAMETERS, additionalProperties: false },
        },
      },
    });

    expect(JSON.parse(completion.choices[0].message.content)).toHaveProperty('city');
  });

  it('completes a prompt and streams it', async () => {
    const whole = await client.completions.create({ model: system.CHAT_MODEL, prompt: system.ORDER, max_tokens: 50 });
    const parts = await system.collect(
      await client.completions.create({ model: system.CHAT_MODEL, prompt: system.ORDER, max_tokens: 50, stream: true }),
    );

    expect(whole.object).toBe('text_completion');
    expect(whole.choices[0].text.length).toBeGreaterThan(0);
    expect(parts.map((part) => part.choices[0]?.text ?? '').join('')).toBe(whole.choices[0].text);
  });

  it('embeds with the encoding that it chooses itself', async () => {
    const { data, usage } = await client.embeddings.create({ model: system.EMBEDDING_MODEL, input: system.EMBEDDED });
    const [first, second, third] = data.map(({ embedding }) => embedding);

    expect(system.dot(first, first)).toBeCloseTo(1, 4);
    expect(system.dot(first, second)).toBeGreaterThan(system.dot(first, third));
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  it('gets its own error classes, with code and request id', async () => {
    const unknown = client.chat.completions.create({ model: 'nope', messages: [{ role: 'user', content: 'x' }] });
    const stranger = new OpenAI({ apiKey: 'sk-nobody-knows-this-key', baseURL: system.apiUrl() });

    await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found', requestID: expect.stringMatching(/^req_/) });
    await expect(
      stranger.chat.completions.create({ model: system.CHAT_MODEL, messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });
});

import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const compatible = () =>
  createOpenAICompatible({ name: 'sluice', baseURL: system.apiUrl(), apiKey: system.apiKey(), includeUsage: true });
const openai = () => createOpenAI({ baseURL: system.apiUrl(), apiKey: system.apiKey() });

describe.each([
  [
    '@ai-sdk/openai-compatible',
    () => compatible()(system.CHAT_MODEL),
    () => compatible().textEmbeddingModel(system.EMBEDDING_MODEL),
  ],
  ['@ai-sdk/openai', () => openai().chat(system.CHAT_MODEL), () => openai().textEmbeddingModel(system.EMBEDDING_MODEL)],
])('Vercel AI SDK with %s', (_, chatModel, embeddingModel) => {
  it('generates text', async () => {
    const result = await generateText({ model: chatModel(), prompt: system.ORDER });

    expect(result.text).toBe(system.OBEYED);
    expect(result.finishReason).toBe('stop');
    expect(result.usage.totalTokens).toBeGreaterThan(0);
  });

  it('streams text, with usage at its end', async () => {
    const result = streamText({ model: chatModel(), prompt: system.ORDER });

    expect((await system.collect(result.textStream)).join('')).toBe(system.OBEYED);
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it.each([
    ['whole', async (settings) => await generateText(settings)],
    [
      'streamed',
      async (settings) => {
        const result = streamText(settings);
        return { text: await result.text, steps: await result.steps };
      },
    ],
  ])('runs a tool in a %s answer', async (_form, ask) => {
    const weather = tool({
      description: 'Current weather of a city',
      inputSchema: jsonSchema(system.WEATHER_PARAMETERS),
      execute: async () => 'Sunny, 21 degrees',
    });
    const { text, steps } = await ask({
      model: chatModel(),
      prompt: system.WEATHER_QUESTION,
      tools: { get_weather: weather },
      stopWhen: stepCountIs(3),
    });

    expect(steps[0].toolCalls).toMatchObject([{ toolName: 'get_weather', input: { city: expect.any(String) } }]);
    expect(text).toContain('21 degrees');
  });

  it('embeds many', async () => {
    const { embeddings } = await embedMany({ model: embeddingModel(), values: system.EMBEDDED });
    const [first, second, third] = embeddings;

    expect(system.dot(first, second)).toBeGreaterThan(system.dot(first, third));
  });

  it('reports a failure by its status and message', async () => {
    const asked = embedMany({ model: embeddingModel(), values: ['x'.repeat(400_000)], maxRetries: 0 });

    await expect(asked).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringMatching(/context length|tokens/),
    });
  });
});

import { OpenAI, OpenAIEmbedding } from '@llamaindex/openai';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const connection = () => ({ apiKey: system.apiKey(), baseURL: system.apiUrl() });
const messages = [{ role: 'user', content: system.ORDER }];
const weather = {
  call: () => 'Sunny, 21 degrees',
  metadata: { name: 'get_weather', description: 'Current weather of a city', parameters: system.WEATHER_PARAMETERS },
};

describe('LlamaIndex', () => {
  it('chats', async () => {
    const { message } = await new OpenAI({ ...connection(), model: system.CHAT_MODEL }).chat({ messages });

    expect(message.content).toBe(system.OBEYED);
  });

  it('streams', async () => {
    const model = new OpenAI({ ...connection(), model: system.CHAT_MODEL });
    const chunks = await system.collect(await model.chat({ messages, stream: true }));

    expect(chunks.map(({ delta }) => delta).join('')).toBe(system.OBEYED);
  });

  it('calls a tool', async () => {
    const model = new OpenAI({ ...connection(), model: system.CHAT_MODEL, additionalChatOptions: {} });
    const session = await model.session;
    const asked = await session.chat.completions.create({
      model: system.CHAT_MODEL,
      messages: OpenAI.toOpenAIMessage([{ role: 'user', content: system.WEATHER_QUESTION }]),
      tools: [OpenAI.toTool(weather)],
    });

    expect(asked.choices[0].message.tool_calls).toMatchObject([{ function: { name: 'get_weather' } }]);
  });

  it('embeds, although its SDK takes base64 alone', async () => {
    const model = new OpenAIEmbedding({ ...connection(), model: system.EMBEDDING_MODEL });
    const [first, second, third] = await model.getTextEmbeddings(system.EMBEDDED);

    expect(first.length).toBeGreaterThan(64);
    expect(system.dot(first, first)).toBeCloseTo(1, 4);
    expect(system.dot(first, second)).toBeGreaterThan(system.dot(first, third));
  });
});

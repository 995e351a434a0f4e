import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const settings = (model) => ({ model, apiKey: system.apiKey(), configuration: { baseURL: system.apiUrl() } });
const tools = [
  {
    type: 'function',
    function: { name: 'get_weather', description: 'Current weather of a city', parameters: system.WEATHER_PARAMETERS },
  },
];

describe('LangChain', () => {
  it('chats', async () => {
    const message = await new ChatOpenAI(settings(system.CHAT_MODEL)).invoke(system.ORDER);

    expect(message.content).toBe(system.OBEYED);
    expect(message.usage_metadata.total_tokens).toBeGreaterThan(0);
  });

  it('streams', async () => {
    const chunks = await system.collect(await new ChatOpenAI(settings(system.CHAT_MODEL)).stream(system.ORDER));

    expect(chunks.map(({ content }) => content).join('')).toBe(system.OBEYED);
    expect(chunks.some(({ usage_metadata: usage }) => usage?.output_tokens > 0)).toBe(true);
  });

  it('calls a tool and answers from its result', async () => {
    const model = new ChatOpenAI(settings(system.CHAT_MODEL)).bindTools(tools);
    const question = new HumanMessage(system.WEATHER_QUESTION);
    const asked = await model.invoke([question]);
    const result = new ToolMessage({ tool_call_id: asked.tool_calls[0].id, content: 'Sunny, 21 degrees' });
    const answered = await model.invoke([question, asked, result]);

    expect(asked.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: expect.any(String) } }]);
    expect(answered.content).toContain('21 degrees');
  });

  it('puts a streamed tool call together', async () => {
    const model = new ChatOpenAI(settings(system.CHAT_MODEL)).bindTools(tools);
    const chunks = await system.collect(await model.stream(system.WEATHER_QUESTION));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));

    expect(whole.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: expect.any(String) } }]);
  });

  it('completes a prompt', async () => {
    const text = await new OpenAI({ ...settings(system.CHAT_MODEL), maxRetries: 0 }).invoke(system.ORDER);

    expect(text.length).toBeGreaterThan(0);
  });

  it('embeds documents', async () => {
    const [first, second, third] = await new OpenAIEmbeddings(settings(system.EMBEDDING_MODEL)).embedDocuments(
      system.EMBEDDED,
    );

    expect(system.dot(first, second)).toBeGreaterThan(system.dot(first, third));
  });
});

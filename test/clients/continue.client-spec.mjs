import { constructLlmApi } from '@continuedev/openai-adapters';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const api = () => constructLlmApi({ provider: 'openai', apiBase: `${system.apiUrl()}/`, apiKey: system.apiKey() });
const chat = { model: system.CHAT_MODEL, messages: [{ role: 'user', content: system.ORDER }] };
const signal = () => AbortSignal.timeout(30_000);

describe("Continue's adapter", () => {
  it('chats', async () => {
    const completion = await api().chatCompletionNonStream({ ...chat, stream: false }, signal());

    expect(completion.choices[0].message.content).toBe(system.OBEYED);
  });

  it('streams', async () => {
    const chunks = await system.collect(api().chatCompletionStream({ ...chat, stream: true }, signal()));

    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(system.OBEYED);
  });

  it('calls a tool in a stream', async () => {
    const chunks = await system.collect(
      api().chatCompletionStream(
        {
          model: system.CHAT_MODEL,
          messages: [{ role: 'user', content: system.WEATHER_QUESTION }],
          tools: [
            {
              type: 'function',
              function: {
                name: 'get_weather',
                description: 'Current weather of a city',
                parameters: system.WEATHER_PARAMETERS,
              },
            },
          ],
          stream: true,
        },
        signal(),
      ),
    );
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);

    expect(calls[0].function.name).toBe('get_weather');
    expect(JSON.parse(calls.map((call) => call.function.arguments ?? '').join(''))).toHaveProperty('city');
  });

  it('embeds', async () => {
    const { data } = await api().embed({ model: system.EMBEDDING_MODEL, input: system.EMBEDDED });

    expect(data).toHaveLength(3);
    expect(data[0].embedding.length).toBeGreaterThan(64);
  });

  it('reranks, reading `data`', async () => {
    const { data } = await api().rerank({
      model: system.RERANK_MODEL,
      query: system.CAPITAL_QUERY,
      documents: system.CAPITAL_DOCUMENTS,
      top_k: 2,
    });

    expect(data).toHaveLength(2);
    expect(data[0].index).toBe(1);
  });

  it('lists the models', async () => {
    expect((await api().list()).map(({ id }) => id)).toContain(system.CHAT_MODEL);
  });
});

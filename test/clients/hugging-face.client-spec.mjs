import { InferenceClient } from '@huggingface/inference';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const client = () => new InferenceClient(system.apiKey(), { endpointUrl: system.apiUrl() });
const chat = { model: system.CHAT_MODEL, messages: [{ role: 'user', content: system.ORDER }] };

describe('HuggingFace inference', () => {
  it('chats', async () => {
    const completion = await client().chatCompletion(chat);

    expect(completion.choices[0].message.content).toBe(system.OBEYED);
  });

  it('streams', async () => {
    const chunks = await system.collect(client().chatCompletionStream(chat));

    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(system.OBEYED);
  });

  it('calls a tool', async () => {
    const completion = await client().chatCompletion({
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
    });

    expect(completion.choices[0].message.tool_calls).toMatchObject([{ function: { name: 'get_weather' } }]);
  });
});

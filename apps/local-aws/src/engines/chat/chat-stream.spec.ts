import { describe, expect, it } from 'vitest';
import { complete, stream } from '../testing/ask.js';

const order = { messages: [{ role: 'user', content: 'Reply with exactly: one two three, grüße 🌊.' }] };

describe('a streamed chat completion', () => {
  it('begins with the role, carries the text token by token, and ends with one finish reason', () => {
    const chunks = stream(order);
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas[0]).toEqual({ role: 'assistant', content: '' });
    expect(deltas.at(-1)).toEqual({});
    expect(deltas.map((delta) => delta?.content ?? '').join('')).toBe(complete(order).choices[0]?.message.content);
    expect(chunks.length).toBeGreaterThan(6);
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  it('carries usage in a chunk of its own, and only when that was asked for', () => {
    expect(stream(order).every((chunk) => !('usage' in chunk) && chunk.choices.length === 1)).toBe(true);
    const chunks = stream({ ...order, stream_options: { include_usage: true } });
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage).toEqual(complete(order).usage);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  it('finishes each of several choices once, and not all at the same time', () => {
    const body = { messages: [{ role: 'user', content: 'Talk to me.' }], n: 3 };
    const chunks = stream(body);
    const finished = chunks.filter((chunk) => chunk.choices[0]?.finish_reason).map((chunk) => chunk.choices[0]?.index);
    expect(finished).toEqual([0, 1, 2]);
    const texts = [0, 1, 2].map((index) =>
      chunks
        .filter((chunk) => chunk.choices[0]?.index === index)
        .map((chunk) => chunk.choices[0]?.delta.content ?? '')
        .join(''),
    );
    expect(texts).toEqual(complete(body).choices.map((choice) => choice.message.content));
    expect(chunks.findIndex((chunk) => chunk.choices[0]?.finish_reason)).toBeLessThan(chunks.length - 3);
  });

  it('names a called tool once and then carries its arguments', () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ];
    const chunks = stream({ messages: [{ role: 'user', content: 'How is the weather in Paris?' }], tools });
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({
      index: 0,
      id: expect.stringMatching(/^call_/),
      function: { name: 'get_weather', arguments: '' },
    });
    expect(deltas.slice(1).every((delta) => delta.id === undefined && delta.function.name === undefined)).toBe(true);
    expect(JSON.parse(deltas.map((delta) => delta.function.arguments).join(''))).toEqual({ city: 'Paris' });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

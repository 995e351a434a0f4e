import { describe, expect, it } from 'vitest';
import { complete } from '../testing/ask.js';

function tool(name: string, properties: object, more: object = {}) {
  const { description, ...parameters } = { description: '', ...more };
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, ...parameters } },
  };
}

const weather = tool(
  'get_weather',
  { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  { required: ['city'], description: 'Current weather of a city' },
);
const add = tool('add', { a: { type: 'number' }, b: { type: 'number' } }, { required: ['a', 'b'] });

function callsOf(text: string, more: Record<string, unknown>) {
  const [choice] = complete({ messages: [{ role: 'user', content: text }], ...more }).choices;
  return {
    finish: choice?.finish_reason,
    calls: choice?.message.tool_calls?.map((call) => [call.function.name, JSON.parse(call.function.arguments)]),
  };
}

describe('tools offered to the chat engine', () => {
  it('are called when the words of the user match', () => {
    const asked = callsOf('What is the weather in New York in fahrenheit?', { tools: [add, weather] });
    expect(asked).toEqual({ finish: 'tool_calls', calls: [['get_weather', { city: 'New York', unit: 'fahrenheit' }]] });
    expect(callsOf('Please add 2.5 and 40', { tools: [add, weather] }).calls).toEqual([['add', { a: 2.5, b: 40 }]]);
  });

  it('are left alone when they do not match, or may not be called', () => {
    expect(callsOf('Reply with exactly: hi', { tools: [add, weather] })).toEqual({ finish: 'stop', calls: undefined });
    expect(callsOf('The weather in Paris?', { tools: [weather], tool_choice: 'none' }).calls).toBeUndefined();
  });

  it('are called when that is required, matching or not', () => {
    expect(callsOf('Hello there', { tools: [add, weather], tool_choice: 'required' }).calls).toHaveLength(1);
    const named = { tools: [weather, add], tool_choice: { type: 'function', function: { name: 'add' } } };
    expect(callsOf('The weather in Paris?', named).calls).toEqual([['add', { a: 0, b: 0 }]]);
  });

  it('are called together unless that is switched off', () => {
    const text = 'Add 1 and 2, then tell me the weather in Rome';
    expect(callsOf(text, { tools: [add, weather] }).calls).toHaveLength(2);
    expect(callsOf(text, { tools: [add, weather], parallel_tool_calls: false }).calls).toHaveLength(1);
  });

  it('get arguments of the shape of their schema', () => {
    const booking = tool(
      'book_table',
      {
        guests: { type: 'integer', minimum: 1 },
        date: { type: 'string', format: 'date' },
        email: { type: 'string', format: 'email' },
        outdoors: { type: 'boolean' },
        dishes: { type: 'array', items: { type: 'string' } },
        contact: { $ref: '#/$defs/contact' },
        note: { type: 'string' },
        kind: { anyOf: [{ type: 'null' }, { const: 'table' }] },
      },
      {
        required: ['guests', 'date', 'email', 'outdoors', 'dishes', 'contact', 'kind'],
        $defs: { contact: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
      },
    );
    const text = 'Book a table for 4 guests on 2026-12-24, name: Ada, mail ada@example.com';
    const [[, filled] = []] = callsOf(text, { tools: [booking] }).calls ?? [];
    expect(filled).toEqual({
      guests: 4,
      date: '2026-12-24',
      email: 'ada@example.com',
      outdoors: true,
      dishes: [expect.any(String)],
      contact: { name: 'Ada' },
      kind: 'table',
    });
  });

  it('are quoted in the answer once they have spoken', () => {
    const messages = [
      { role: 'user', content: 'What is the weather in Paris?' },
      {
        role: 'assistant',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '18 degrees and sunny' },
    ];
    const [choice] = complete({ messages, tools: [weather] }).choices;
    expect(choice?.message.content).toBe('According to get_weather: 18 degrees and sunny');
    expect(choice?.finish_reason).toBe('stop');
  });

  it('are cut off at the token limit like text', () => {
    expect(callsOf('Hello', { tools: [weather], tool_choice: 'required', max_tokens: 1 }).finish).toBe('length');
  });
});

describe('an answer that must be JSON', () => {
  const answerOf = (content: string, response_format: object) =>
    JSON.parse(complete({ messages: [{ role: 'user', content }], response_format }).choices[0]?.message.content ?? '');

  it('has the shape of the schema', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        age: { type: 'integer' },
        mood: { enum: ['calm', 'wild'] },
        answer: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
      },
      required: ['name', 'age', 'mood', 'answer', 'tags'],
      additionalProperties: false,
    };
    const text = 'My name is Ada, I am 36 and feel wild';
    const answer = answerOf(text, { type: 'json_schema', json_schema: { name: 'person', schema } });
    expect(answer).toMatchObject({ name: 'Ada', age: 36, mood: 'wild', answer: expect.any(String) });
    expect(answer.tags).toHaveLength(2);
    expect(Object.keys(answer)).toEqual(Object.keys(schema.properties));
  });

  it('is any object without a schema, and the one that was ordered where one was', () => {
    expect(answerOf('My dog is Rex.', { type: 'json_object' })).toEqual({ answer: expect.any(String) });
    expect(answerOf('Reply with exactly {"ok": true}', { type: 'json_object' })).toEqual({ ok: true });
  });
});

import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { readRequestedModel } from './read-requested-model.js';
import { validateChatRequest } from './validate-chat-request.js';
import { validateEmbeddingsRequest } from './validate-embeddings-request.js';

function bodyOf(value: unknown) {
  return scanJsonObject(Buffer.from(JSON.stringify(value)));
}

/** The error as a client sees it: code, param, message. */
function refusal(run: () => unknown): readonly [string | null, string | null, string] {
  const { status, type, code, param, message } = refusalOf(run);
  if (status !== 400 || type !== 'invalid_request_error') throw new Error(`answered as ${status} ${type}`);
  return [code, param, message];
}

const USER = { role: 'user', content: 'hi' };
const chat = (fields: object) => () => validateChatRequest(bodyOf({ model: 'm', messages: [USER], ...fields }));
const embed = (fields: object) => () => validateEmbeddingsRequest(bodyOf({ model: 'm', input: 'x', ...fields }));

describe('readRequestedModel', () => {
  it.each([{}, { model: '' }, { model: null }])('asks for a model in %j', (body) => {
    expect(refusal(() => readRequestedModel(bodyOf(body)))).toEqual([null, null, 'you must provide a model parameter']);
  });

  it('wants a string', () => {
    expect(refusal(() => readRequestedModel(bodyOf({ model: 7 })))[0]).toBe('invalid_type');
    expect(readRequestedModel(bodyOf({ model: 'a/dev' }))).toBe('a/dev');
  });
});

describe('validateChatRequest', () => {
  it.each([
    [{ messages: undefined }, 'missing_required_parameter', 'messages', "Missing required parameter: 'messages'."],
    [{ messages: null }, 'missing_required_parameter', 'messages', "Missing required parameter: 'messages'."],
    [
      { messages: [] },
      'empty_array',
      'messages',
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [
      { messages: 'x' },
      'invalid_type',
      'messages',
      "Invalid type for 'messages': expected an array of objects, but got a string instead.",
    ],
    [
      { messages: ['x'] },
      'invalid_type',
      'messages[0]',
      "Invalid type for 'messages[0]': expected an object, but got a string instead.",
    ],
    [
      { messages: [{ content: 'x' }] },
      'missing_required_parameter',
      'messages[0].role',
      "Missing required parameter: 'messages[0].role'.",
    ],
    [
      { messages: [USER, { role: 'bogus' }] },
      'invalid_value',
      'messages[1].role',
      "Invalid value: 'bogus'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
    ],
    [
      { messages: [{ role: 7 }] },
      'invalid_type',
      'messages[0].role',
      "Invalid type for 'messages[0].role': expected a string, but got an integer instead.",
    ],
    [
      { messages: [{ role: 'user', content: 7 }] },
      'invalid_type',
      'messages[0].content',
      "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.",
    ],
    [
      { messages: [{ role: 'user', content: ['x'] }] },
      'invalid_type',
      'messages[0].content[0]',
      "Invalid type for 'messages[0].content[0]': expected an object, but got a string instead.",
    ],
    [
      { temperature: 3 },
      'decimal_above_max_value',
      'temperature',
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      { temperature: -1 },
      'decimal_below_min_value',
      'temperature',
      "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
    ],
    [
      { temperature: 'hot' },
      'invalid_type',
      'temperature',
      "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    ],
    [
      { top_p: 1.1 },
      'decimal_above_max_value',
      'top_p',
      "Invalid 'top_p': decimal above maximum value. Expected a value <= 1, but got 1.1 instead.",
    ],
    [
      { frequency_penalty: 3 },
      'decimal_above_max_value',
      'frequency_penalty',
      "Invalid 'frequency_penalty': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      { presence_penalty: -3 },
      'decimal_below_min_value',
      'presence_penalty',
      "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got -3 instead.",
    ],
    [
      { n: 0 },
      'integer_below_min_value',
      'n',
      "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { n: 129 },
      'integer_above_max_value',
      'n',
      "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.",
    ],
    [{ n: '2' }, 'invalid_type', 'n', "Invalid type for 'n': expected an integer, but got a string instead."],
    [{ n: 1.5 }, 'invalid_type', 'n', "Invalid type for 'n': expected an integer, but got a decimal instead."],
    [
      { max_tokens: 0 },
      'integer_below_min_value',
      'max_tokens',
      "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { max_completion_tokens: 0 },
      'integer_below_min_value',
      'max_completion_tokens',
      "Invalid 'max_completion_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { stream: 'yes' },
      'invalid_type',
      'stream',
      "Invalid type for 'stream': expected a boolean, but got a string instead.",
    ],
    [
      { stream_options: {} },
      null,
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ],
    [
      { stream: false, stream_options: {} },
      null,
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ],
    [
      { stream: true, stream_options: [] },
      'invalid_type',
      'stream_options',
      "Invalid type for 'stream_options': expected an object, but got an array instead.",
    ],
  ])('refuses %j as OpenAI does', (fields, code, param, message) => {
    expect(refusal(chat(fields))).toEqual([code, param, message]);
  });

  it.each([
    {},
    {
      messages: [
        { role: 'assistant', content: null },
        { role: 'tool', tool_call_id: 't' },
        { role: 'developer', content: [{ type: 'text', text: '' }] },
      ],
    },
    { temperature: null, n: null, stream: null, stream_options: null, max_tokens: null },
    { temperature: 0, top_p: 1, n: 128, max_tokens: 1, presence_penalty: -2, frequency_penalty: 2 },
    { stream: true, stream_options: { include_usage: true } },
    { tools: [], unknown: { anything: [1] }, top_k: 40 },
  ])('accepts %j', (fields) => {
    expect(chat(fields)).not.toThrow();
  });

  it('reports the messages first', () => {
    expect(refusal(chat({ messages: [], temperature: 9 }))[1]).toBe('messages');
  });
});

describe('validateEmbeddingsRequest', () => {
  it.each([
    ['x', 1],
    [['a'], 1],
    [['a', 'b\\"]', 'c'], 3],
    [[1, 2, 3], 1],
    [[[1, 2], [3]], 2],
    [Array.from({ length: 2048 }, () => 'x'), 2048],
  ])('counts the inputs (%#)', (input, inputs) => {
    expect(embed({ input })()).toEqual({ inputs, encoding: 'float' });
  });

  it('takes tokens in any number', () => {
    expect(embed({ input: Array.from({ length: 8192 }, (_, index) => index) })()).toEqual({
      inputs: 1,
      encoding: 'float',
    });
  });

  it('leaves the multimodal form to the model server', () => {
    expect(embed({ input: undefined, messages: [USER] })().inputs).toBeUndefined();
  });

  it.each([
    [{ input: undefined }, 'missing_required_parameter', 'input'],
    [{ input: null }, 'missing_required_parameter', 'input'],
    [{ input: '' }, null, 'input'],
    [{ input: [] }, 'empty_array', 'input'],
    [{ input: ['a', ''] }, null, 'input[1]'],
    [{ input: [[1], []] }, 'empty_array', 'input[1]'],
    [{ input: 7 }, 'invalid_type', 'input'],
    [{ input: {} }, 'invalid_type', 'input'],
    [{ input: ['a', 1] }, 'invalid_type', 'input[1]'],
    [{ input: [1, 'a'] }, 'invalid_type', 'input[1]'],
    [{ input: [1.5] }, 'invalid_type', 'input[0]'],
    [{ input: [-1] }, 'invalid_type', 'input[0]'],
    [{ input: [[1], [1, 'a']] }, 'invalid_type', 'input[1]'],
    [{ input: [['a']] }, 'invalid_type', 'input[0]'],
    [{ input: [null] }, 'invalid_type', 'input[0]'],
    [{ encoding_format: 'int8' }, 'invalid_value', 'encoding_format'],
    [{ encoding_format: 7 }, 'invalid_type', 'encoding_format'],
    [{ dimensions: 0 }, 'integer_below_min_value', 'dimensions'],
    [{ dimensions: 'big' }, 'invalid_type', 'dimensions'],
  ])('refuses %j', (fields, code, param) => {
    expect(refusal(embed(fields)).slice(0, 2)).toEqual([code, param]);
  });

  it('names the length of a list that is too long', () => {
    expect(refusal(embed({ input: Array.from({ length: 1_000_000 }, () => 'x') }))).toEqual([
      'array_above_max_length',
      'input',
      "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length 1000000 instead.",
    ]);
  });

  it.each([
    [null, 'float'],
    ['float', 'float'],
    ['base64', 'base64'],
  ])('reads the encoding %s as %s', (encodingFormat, encoding) => {
    expect(embed({ encoding_format: encodingFormat })().encoding).toBe(encoding);
  });
});

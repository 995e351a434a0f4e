import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { validateChatRequest } from './validate-chat-request.js';

const USER = { role: 'user', content: 'hi' };
const TOOL = { type: 'function', function: { name: 'look_up' } };

function check(fields: object): () => void {
  const text = JSON.stringify({ model: 'm', messages: [USER], ...fields });
  return () => validateChatRequest(scanJsonObject(Buffer.from(text)));
}

/** Code and param as a client sees them, and the message. */
function refusal(fields: object): readonly [string | null, string | null, string] {
  const { status, type, code, param, message } = refusalOf(check(fields));
  expect([status, type]).toEqual([400, 'invalid_request_error']);
  return [code, param, message];
}

function pairs(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}

describe('tools', () => {
  it.each([
    [{ tools: 'x' }, 'invalid_type', 'tools'],
    [{ tools: ['x'] }, 'invalid_type', 'tools[0]'],
    [{ tools: [{ type: 7 }] }, 'invalid_type', 'tools[0].type'],
    [{ tools: [{ type: 'function' }] }, 'missing_required_parameter', 'tools[0].function'],
    [{ tools: [TOOL, { type: 'function', function: {} }] }, 'missing_required_parameter', 'tools[1].function.name'],
    [{ tools: [{ type: 'function', function: { name: 7 } }] }, 'invalid_type', 'tools[0].function.name'],
    [{ tools: [{ type: 'function', function: { name: '' } }] }, 'invalid_value', 'tools[0].function.name'],
    [{ tools: [{ type: 'custom' }] }, 'missing_required_parameter', 'tools[0].custom'],
    [{ tools: [TOOL], tool_choice: 'bogus' }, 'invalid_value', 'tool_choice'],
    [{ tools: [TOOL], tool_choice: 7 }, 'invalid_type', 'tool_choice'],
    [{ tools: [TOOL], tool_choice: {} }, 'missing_required_parameter', 'tool_choice.type'],
    [
      { tools: [TOOL], tool_choice: { type: 'function', function: {} } },
      'missing_required_parameter',
      'tool_choice.function.name',
    ],
    [{ tool_choice: 'required' }, null, 'tool_choice'],
    [{ functions: [] }, 'empty_array', 'functions'],
    [{ functions: [{}] }, 'missing_required_parameter', 'functions[0].name'],
    [{ functions: [{ name: 'f' }], function_call: 'always' }, 'invalid_value', 'function_call'],
    [{ functions: [{ name: 'f' }], function_call: {} }, 'missing_required_parameter', 'function_call.name'],
  ])('refuses %j', (fields, code, param) => {
    expect(refusal(fields).slice(0, 2)).toEqual([code, param]);
  });

  it('says what is missing, and what is supported, as OpenAI does', () => {
    expect(refusal({ tools: [{ type: 'function' }] })[2]).toBe("Missing required parameter: 'tools[0].function'.");
    expect(refusal({ tools: [TOOL], tool_choice: 'bogus' })[2]).toBe(
      "Invalid value: 'bogus'. Supported values are: 'none', 'auto', and 'required'.",
    );
  });

  it.each([
    { tools: [] },
    { tools: null, tool_choice: null },
    { tools: [], tool_choice: 'auto' },
    { tool_choice: 'none' },
    { tools: [TOOL], tool_choice: 'required' },
    { tools: [{ function: { name: 'f' } }] },
    { tools: [{ type: 'mcp', server_label: 'x' }] },
    { tools: [TOOL], tool_choice: { type: 'function', function: { name: 'look_up' } } },
    { functions: [{ name: 'f' }], function_call: { name: 'f' } },
    { functions: null, function_call: null },
  ])('accepts %j', (fields) => {
    expect(check(fields)).not.toThrow();
  });
});

describe('response_format', () => {
  it.each([
    [{}, 'missing_required_parameter', 'response_format.type'],
    ['json', 'invalid_type', 'response_format'],
    [{ type: 7 }, 'invalid_type', 'response_format.type'],
    [{ type: 'bogus' }, 'invalid_value', 'response_format.type'],
    [{ type: 'json_schema' }, 'missing_required_parameter', 'response_format.json_schema'],
    [{ type: 'json_schema', json_schema: {} }, 'missing_required_parameter', 'response_format.json_schema.name'],
    [
      { type: 'json_schema', json_schema: { name: 'n', schema: 'x' } },
      'invalid_type',
      'response_format.json_schema.schema',
    ],
  ])('refuses %j', (format, code, param) => {
    expect(refusal({ response_format: format }).slice(0, 2)).toEqual([code, param]);
  });

  it.each([
    null,
    { type: 'text' },
    { type: 'json_object' },
    { type: 'structural_tag', structures: [] },
    { type: 'json_schema', json_schema: { name: 'n', schema: { $schema: 'x', type: 'object' }, strict: true } },
  ])('accepts %j', (format) => {
    expect(check({ response_format: format })).not.toThrow();
  });
});

describe('logprobs', () => {
  const WITHOUT = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.";
  it.each([
    [{ top_logprobs: 2 }, null, WITHOUT],
    [{ logprobs: false, top_logprobs: 2 }, null, WITHOUT],
    [
      { logprobs: true, top_logprobs: -1 },
      'integer_below_min_value',
      "Invalid 'top_logprobs': integer below minimum value. Expected a value >= 0, but got -1 instead.",
    ],
    [{ logprobs: true, top_logprobs: 21 }, null, "Invalid value for 'top_logprobs': must be less than or equal to 20."],
  ])('refuses %j', (fields, code, message) => {
    expect(refusal(fields)).toEqual([code, 'top_logprobs', message]);
  });

  it.each([{ logprobs: true, top_logprobs: 20 }, { logprobs: true }, { logprobs: null, top_logprobs: null }])(
    'accepts %j',
    (fields) => {
      expect(check(fields)).not.toThrow();
    },
  );
});

describe('metadata', () => {
  it.each([
    ['x', 'invalid_type', 'metadata'],
    [pairs(17), 'object_above_max_properties', 'metadata'],
    [{ k: 'v'.repeat(600) }, 'string_above_max_length', 'metadata.k'],
    [{ k: 7 }, 'invalid_type', 'metadata.k'],
    [{ ['k'.repeat(65)]: 'v' }, 'string_above_max_length', `metadata.${'k'.repeat(64)}`],
  ])('refuses %j', (metadata, code, param) => {
    expect(refusal({ metadata }).slice(0, 2)).toEqual([code, param]);
  });

  it.each([null, {}, pairs(16), { k: 'v'.repeat(512) }])('accepts %j', (metadata) => {
    expect(check({ metadata })).not.toThrow();
  });
});

it('reports the first fault in the order of OpenAI', () => {
  const faults = { temperature: 9, n: 0, tools: 'x', response_format: {}, metadata: 7 };
  expect(refusal(faults)[1]).toBe('tools');
  expect(refusal({ ...faults, tools: [] })[1]).toBe('response_format.type');
  expect(refusal({ ...faults, tools: [], response_format: null })[1]).toBe('n');
});

it('leaves what generated tests of the SDKs send to the model server', () => {
  expect(check({ seed: -9007199254740991, n: 1, logit_bias: { a: 0 }, prediction: null, store: true })).not.toThrow();
});

import type { SchemaObject } from '../openapi.types.js';
import { arrayOf, decimal, flag, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

const content: SchemaObject = {
  description: 'Text, or parts: text, image_url and whatever else the model takes.',
  oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }, { type: 'null' }],
};

/** What chat and legacy completions share. */
const sampling = {
  max_tokens: { ...integer('Most tokens to generate.'), minimum: 1 },
  temperature: decimal('Randomness.', 0, 2),
  top_p: decimal('Nucleus sampling.', 0, 1),
  frequency_penalty: decimal('Penalty on tokens by how often they have come.', -2, 2),
  presence_penalty: decimal('Penalty on tokens that have come.', -2, 2),
  n: { ...integer('Answers to generate.'), minimum: 1 },
  seed: integer('For answers that can be repeated, where the model server keeps to it.'),
  stop: {
    description: 'Texts that end the answer.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }],
  } satisfies SchemaObject,
  stream: flag('Send the answer as server-sent events.'),
  stream_options: objectOf({ include_usage: flag('End the stream with a chunk that holds the usage.') }),
};

const message = objectOf(
  {
    role: oneOfTexts(['developer', 'system', 'user', 'assistant', 'tool', 'function'], 'Who speaks.'),
    content,
    tool_calls: arrayOf({ type: 'object' }, 'Calls of an earlier answer.'),
    tool_call_id: text('The call that a tool message answers.'),
  },
  ['role'],
);

const answerMessage = objectOf({
  role: { type: 'string', const: 'assistant' },
  content: { type: ['string', 'null'] },
  reasoning_content: { type: ['string', 'null'], description: 'Of models that think aloud.' },
  tool_calls: arrayOf({ type: 'object' }),
});

const finishReason: SchemaObject = {
  type: ['string', 'null'],
  description: 'stop, length, tool_calls, content_filter or function_call.',
};

const answer = {
  id: text('Of this answer.'),
  object: text('Kind of object.'),
  created: integer('Unix seconds.'),
  model: text('The model name that was sent.'),
};

/** Unknown fields go to the model server byte for byte, so none of these objects is closed. */
export const CHAT_SCHEMAS = {
  ChatCompletionRequest: objectOf(
    {
      model: text('A model id, with or without its tag.'),
      messages: { ...arrayOf(message, 'The conversation so far.'), minItems: 1 },
      ...sampling,
      max_completion_tokens: { ...integer('Most tokens to generate, reasoning included.'), minimum: 1 },
      tools: arrayOf({ type: 'object' }, 'Functions that the model may call.'),
      tool_choice: {
        description: 'none, auto, required or one function.',
        oneOf: [{ type: 'string' }, { type: 'object' }],
      },
      response_format: { type: 'object', description: 'text, json_object or json_schema.' },
      logprobs: flag('Return log probabilities.'),
      top_logprobs: { ...integer('Alternatives per token.'), minimum: 0, maximum: 20 },
    },
    ['model', 'messages'],
  ),
  ChatCompletion: objectOf({
    ...answer,
    choices: arrayOf(objectOf({ index: integer('Position.'), message: answerMessage, finish_reason: finishReason })),
    usage: reference('Usage'),
  }),
  CompletionRequest: objectOf(
    {
      model: text('A model id, with or without its tag.'),
      prompt: {
        description: 'Text, texts, or token ids.',
        oneOf: [{ type: 'string' }, { type: 'array', items: {} }],
      },
      ...sampling,
      echo: flag('Repeat the prompt before the answer.'),
      suffix: { type: ['string', 'null'], description: 'Text that comes after the answer.' },
      logprobs: { ...integer('Alternatives per token.'), minimum: 0 },
    },
    ['model', 'prompt'],
  ),
  Completion: objectOf({
    ...answer,
    choices: arrayOf(objectOf({ index: integer('Position.'), text: text('The answer.'), finish_reason: finishReason })),
    usage: reference('Usage'),
  }),
  Usage: objectOf(
    {
      prompt_tokens: integer('Tokens read.'),
      completion_tokens: integer('Tokens generated.'),
      total_tokens: integer('Both.'),
    },
    ['total_tokens'],
  ),
} as const satisfies Record<string, SchemaObject>;

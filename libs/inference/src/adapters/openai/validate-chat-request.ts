import { GatewayError, type JsonBody } from '#platform';
import {
  checkBoolean,
  checkNumber,
  emptyArray,
  missing,
  optionalValue,
  unsupportedValue,
  wrongType,
  type NumberBounds,
} from './field-checks.js';

/** In the order in which OpenAI's own messages list them. */
const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'] as const;

const NUMBERS: readonly (readonly [string, NumberBounds])[] = [
  ['max_completion_tokens', { kind: 'integer', min: 1 }],
  ['max_tokens', { kind: 'integer', min: 1 }],
  ['n', { kind: 'integer', min: 1, max: 128 }],
  ['temperature', { kind: 'decimal', min: 0, max: 2 }],
  ['top_p', { kind: 'decimal', min: 0, max: 1 }],
  ['presence_penalty', { kind: 'decimal', min: -2, max: 2 }],
  ['frequency_penalty', { kind: 'decimal', min: -2, max: 2 }],
];

/**
 * Checks the envelope of a chat request in OpenAI's order and words; the first fault is reported. What is not known here
 * is the model server's to judge.
 *
 * @throws GatewayError with `param` naming the field, e.g. `messages[0].role`.
 */
export function validateChatRequest(body: JsonBody): void {
  checkMessages(body);
  for (const [key, bounds] of NUMBERS) checkNumber(body, key, bounds);
  checkBoolean(body, 'stream');
  checkStreamOptions(body);
}

function checkMessages(body: JsonBody): void {
  const messages = optionalValue(body, 'messages');
  if (messages === undefined) throw missing('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array of objects', messages);
  if (messages.length === 0) throw emptyArray('messages');
  for (const [index, message] of messages.entries()) checkMessage(message, `messages[${index}]`);
}

function checkMessage(message: unknown, path: string): void {
  if (!isObject(message)) throw wrongType(path, 'an object', message);
  const { role, content } = message;
  if (role === undefined || role === null) throw missing(`${path}.role`);
  if (typeof role !== 'string') throw wrongType(`${path}.role`, 'a string', role);
  if (!ROLES.some((known) => known === role)) throw unsupportedValue(`${path}.role`, role, ROLES);
  if (content === undefined || content === null || typeof content === 'string') return;
  if (!Array.isArray(content)) throw wrongType(`${path}.content`, 'one of a string or array of objects', content);
  for (const [index, part] of content.entries()) {
    if (!isObject(part)) throw wrongType(`${path}.content[${index}]`, 'an object', part);
  }
}

function checkStreamOptions(body: JsonBody): void {
  const options = optionalValue(body, 'stream_options');
  if (options === undefined) return;
  if (!isObject(options)) throw wrongType('stream_options', 'an object', options);
  if (body.value('stream') !== true) {
    throw new GatewayError(
      'invalid_request',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      {
        param: 'stream_options',
      },
    );
  }
  const includeUsage = options['include_usage'];
  if (includeUsage !== undefined && includeUsage !== null && typeof includeUsage !== 'boolean') {
    throw wrongType('stream_options.include_usage', 'a boolean', includeUsage);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { JsonBody } from '#platform';
import { checkLogprobs } from './check-logprobs.js';
import { checkMetadata } from './check-metadata.js';
import { checkResponseFormat } from './check-response-format.js';
import { checkStreamOptions } from './check-stream-options.js';
import { checkFunctions, checkTools } from './check-tools.js';
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
import { isObject } from './is-object.js';

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
  checkTools(body);
  checkFunctions(body);
  checkResponseFormat(body);
  for (const [key, bounds] of NUMBERS) checkNumber(body, key, bounds);
  checkLogprobs(body);
  checkMetadata(body);
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

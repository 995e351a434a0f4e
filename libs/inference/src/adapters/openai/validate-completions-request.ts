import type { JsonBody } from '#platform';
import { checkStreamOptions } from './check-stream-options.js';
import {
  checkBoolean,
  checkNumber,
  emptyArray,
  missing,
  optionalValue,
  wrongType,
  type NumberBounds,
} from './field-checks.js';

const EXPECTED_PROMPT = 'one of a string, array of strings, array of integers, or array of arrays of integers';

const NUMBERS: readonly (readonly [string, NumberBounds])[] = [
  ['best_of', { kind: 'integer', min: 1 }],
  ['logprobs', { kind: 'integer', min: 0 }],
  // OpenAI lets the echo of a prompt alone be asked for.
  ['max_tokens', { kind: 'integer', min: 0 }],
  ['n', { kind: 'integer', min: 1, max: 128 }],
  ['temperature', { kind: 'decimal', min: 0, max: 2 }],
  ['top_p', { kind: 'decimal', min: 0, max: 1 }],
  ['presence_penalty', { kind: 'decimal', min: -2, max: 2 }],
  ['frequency_penalty', { kind: 'decimal', min: -2, max: 2 }],
];

/**
 * Checks the envelope of a request of the older completions API in OpenAI's words.
 *
 * @returns the number of prompts.
 * @throws GatewayError with `param` naming the field.
 */
export function validateCompletionsRequest(body: JsonBody): number {
  const prompts = countPrompts(body);
  for (const [key, bounds] of NUMBERS) checkNumber(body, key, bounds);
  checkBoolean(body, 'echo');
  checkBoolean(body, 'stream');
  checkStreamOptions(body);
  return prompts;
}

function countPrompts(body: JsonBody): number {
  const prompt = optionalValue(body, 'prompt');
  if (prompt === undefined) {
    // vLLM's own form.
    if (body.has('prompt_embeds')) return 1;
    throw missing('prompt');
  }
  if (typeof prompt === 'string') return 1;
  if (!Array.isArray(prompt)) throw wrongType('prompt', EXPECTED_PROMPT, prompt);
  if (prompt.length === 0) throw emptyArray('prompt');
  if (prompt.every((item) => Number.isInteger(item))) return 1;
  for (const [index, item] of prompt.entries()) {
    if (typeof item !== 'string' && !Array.isArray(item))
      throw wrongType(`prompt[${index}]`, 'one of a string or array of integers', item);
  }
  return prompt.length;
}

import { isUtf8 } from 'node:buffer';
import { newId, spliceJson } from '#platform';
import type { InferenceReply } from '../../inference.types.js';
import { functionFinishReason, functionFromTools } from './legacy-functions.js';
import { readUsage } from './read-usage.js';
import { showReasoning } from './show-reasoning.js';
import { skimJsonObject } from './skim-json.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

type Fields = Record<string, unknown>;

export interface ChatReplyExpectation {
  /** Name that the client sent. */
  readonly model: string;
  /** Whether the client asked in the deprecated words, and so reads `function_call`. */
  readonly functions?: boolean;
  /** Default: a chat completion. */
  readonly object?: WholeAnswer;
}

/** The two kinds of whole answers, as their `object` member names them. */
export type WholeAnswer = 'chat.completion' | 'text_completion';

const ID_PREFIXES = { 'chat.completion': 'chatcmpl-', text_completion: 'cmpl-' } as const;

const WHAT = 'a completion';

/**
 * Checks that a container's bytes are a chat completion and gives them on as they are, but for `model` (the name the
 * client sent) and what OpenAI requires and the container left out.
 *
 * @throws UpstreamFailure `upstream_garbage`, or what the container states about itself.
 */
export function decodeChatReply(bytes: Buffer, expected: ChatReplyExpectation): InferenceReply {
  const { functions = false, object = 'chat.completion' } = expected;
  const fields = parse(bytes);
  refuseStatedError(fields);
  const { choices } = fields;
  if (!Array.isArray(choices) || choices.length === 0) throw garbage(WHAT);
  const replacements = missingFields(fields, expected.model, object);
  if (correctChoices(choices, functions)) replacements['choices'] = JSON.stringify(choices);
  return { body: rewrite(bytes, fields, replacements), usage: readUsage(fields['usage']) };
}

/** Puts right what only a look into the choices shows; true when something was changed. */
function correctChoices(choices: readonly unknown[], functions: boolean): boolean {
  let isChanged = false;
  for (const choice of choices) {
    const { message } = (choice ?? {}) as { message?: unknown };
    if (!isObject(message)) continue;
    if (showReasoning(message)) isChanged = true;
    if (!functions) continue;
    functionFromTools(message);
    const fields = choice as Fields;
    fields['finish_reason'] = functionFinishReason(fields['finish_reason']);
    isChanged = true;
  }
  return isChanged;
}

/** JSON text of the members that have to be put right. */
function missingFields(fields: Fields, model: string, object: WholeAnswer): Record<string, string> {
  const replacements: Record<string, string> = {};
  if (fields['model'] !== model) replacements['model'] = JSON.stringify(model);
  if (typeof fields['id'] !== 'string' || fields['id'] === '')
    replacements['id'] = JSON.stringify(newId(ID_PREFIXES[object]));
  if (fields['object'] !== object) replacements['object'] = JSON.stringify(object);
  if (!Number.isInteger(fields['created'])) replacements['created'] = String(wholeSeconds(fields['created']));
  return replacements;
}

/** Unix seconds as OpenAI writes them; some engines send fractions, some send nothing. */
export function wholeSeconds(value: unknown): number {
  return Math.floor(typeof value === 'number' && Number.isFinite(value) ? value : Date.now() / 1000);
}

function rewrite(bytes: Buffer, fields: Fields, replacements: Record<string, string>): Buffer {
  // Clients take any `error` member, null included, for a failure; only writing it anew gets rid of it.
  if ('error' in fields) {
    const { error: _error, ...rest } = fields;
    for (const [key, text] of Object.entries(replacements)) rest[key] = JSON.parse(text) as unknown;
    return Buffer.from(JSON.stringify(rest));
  }
  if (Object.keys(replacements).length === 0) return bytes;
  const skimmed = skimJsonObject(bytes);
  if (skimmed === undefined) throw garbage(WHAT);
  return spliceJson(skimmed.body, replacements);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(bytes: Buffer): Fields {
  if (!isUtf8(bytes)) throw garbage(WHAT);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw garbage(WHAT, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbage(WHAT);
  return value as Fields;
}

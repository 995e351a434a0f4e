import { isUtf8 } from 'node:buffer';
import { newId, spliceJson } from '#platform';
import type { InferenceReply } from '../../inference.types.js';
import { readUsage } from './read-usage.js';
import { skimJsonObject } from './skim-json.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

type Fields = Record<string, unknown>;

const WHAT = 'a chat completion';

/**
 * Checks that a container's bytes are a chat completion and gives them on as they are, but for `model` (the name the
 * client sent) and what OpenAI requires and the container left out.
 *
 * @throws UpstreamFailure `upstream_garbage`, or what the container states about itself.
 */
export function decodeChatReply(bytes: Buffer, model: string): InferenceReply {
  const fields = parse(bytes);
  refuseStatedError(fields);
  if (!Array.isArray(fields['choices']) || fields['choices'].length === 0) throw garbage(WHAT);
  return { body: rewrite(bytes, fields, missingFields(fields, model)), usage: readUsage(fields['usage']) };
}

/** JSON text of the members that have to be put right. */
function missingFields(fields: Fields, model: string): Record<string, string> {
  const replacements: Record<string, string> = {};
  if (fields['model'] !== model) replacements['model'] = JSON.stringify(model);
  if (typeof fields['id'] !== 'string' || fields['id'] === '') replacements['id'] = JSON.stringify(newId('chatcmpl-'));
  if (fields['object'] !== 'chat.completion') replacements['object'] = '"chat.completion"';
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

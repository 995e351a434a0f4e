import { scanJsonObject, type JsonBody } from '#platform';
import { missing, optionalValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';
import { rebuildJson } from './rebuild-json.js';

const SEED_MEMBERS: ReadonlySet<string> = new Set(['input', 'parameters']);
/** Where the question may stand inside `input`; the first is EMD's own word. */
const QUESTION_KEYS = ['query', 'prompt', 'text'] as const;
const TEXT_KEYS = ['texts', 'text', 'query'] as const;

/**
 * EMD documents `{"model", "input": {"query"}, "parameters"}` for its route of all work, and answers it with 500. Here it
 * means what it seems to mean: the question as a user's message, and the parameters as OpenAI's own.
 */
export function chatFromSeed(body: JsonBody): JsonBody {
  return withParameters(body, { messages: JSON.stringify(messagesOf(optionalValue(body, 'input'))) });
}

/** `input` may also be an object that holds the text or the texts. */
export function embeddingsFromSeed(body: JsonBody): JsonBody {
  const input = optionalValue(body, 'input');
  if (!isObject(input)) return withParameters(body, { input: body.raw('input')?.toString('utf8') ?? 'null' });
  const key = TEXT_KEYS.find((name) => name in input);
  if (key === undefined) throw missing('input.text');
  return withParameters(body, { input: JSON.stringify(input[key]) });
}

/** Query and documents stand inside `input`. */
export function rerankFromSeed(body: JsonBody): JsonBody {
  const input = optionalValue(body, 'input');
  if (!isObject(input)) throw wrongType('input', 'an object', input ?? null);
  return withParameters(
    body,
    Object.fromEntries(Object.entries(input).map(([key, value]) => [key, JSON.stringify(value)])),
  );
}

/** A body whose `stream` stands at the top, where everybody looks for it, also when it came among the parameters. */
export function hoistStream(body: JsonBody): JsonBody {
  if (body.has('stream') || body.kind('parameters') !== 'object') return body;
  const { stream } = body.value('parameters') as { readonly stream?: unknown };
  return stream === true ? rebuildJson(body, { put: { stream: 'true' } }) : body;
}

/** What the parameters say wins over what stands beside them; number spellings stay. */
function withParameters(body: JsonBody, put: Record<string, string>): JsonBody {
  const parameters = optionalValue(body, 'parameters') ?? {};
  if (!isObject(parameters)) throw wrongType('parameters', 'an object', parameters);
  const raw = body.kind('parameters') === 'object' ? scanMembers(body) : {};
  delete raw['model'];
  return rebuildJson(body, { drop: SEED_MEMBERS, put: { ...raw, ...put } });
}

function scanMembers(body: JsonBody): Record<string, string> {
  const parameters = scanJsonObject(body.raw('parameters') ?? Buffer.from('{}'));
  return Object.fromEntries(
    [...parameters.members.keys()].map((key) => [key, parameters.raw(key)?.toString('utf8') ?? 'null']),
  );
}

function messagesOf(input: unknown): unknown {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  if (Array.isArray(input)) return input;
  if (input === undefined) throw missing('input');
  if (!isObject(input)) throw wrongType('input', 'one of a string, array of messages, or object', input);
  if (input['messages'] !== undefined) return input['messages'];
  const key = QUESTION_KEYS.find((name) => input[name] !== undefined && input[name] !== null);
  if (key === undefined) throw missing('input.query');
  const question = input[key];
  if (typeof question !== 'string') throw wrongType(`input.${key}`, 'a string', question);
  return [{ role: 'user', content: question }];
}

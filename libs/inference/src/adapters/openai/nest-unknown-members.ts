import type { JsonBody } from '#platform';
import { memberText, rebuildJson } from './rebuild-json.js';

/** What OpenAI's Python client takes with every call. */
const CLIENT_MEMBERS = ['extra_headers', 'extra_query', 'extra_body', 'timeout'];

/** What OpenAI's Python client takes as arguments; its other arguments raise an error inside the container. */
export const CHAT_MEMBERS: ReadonlySet<string> = new Set([
  'messages',
  'model',
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'metadata',
  'modalities',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'web_search_options',
  ...CLIENT_MEMBERS,
]);

export const COMPLETION_MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'best_of',
  'echo',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'max_tokens',
  'n',
  'presence_penalty',
  'seed',
  'stop',
  'stream',
  'stream_options',
  'suffix',
  'temperature',
  'top_p',
  'user',
  ...CLIENT_MEMBERS,
]);

/**
 * A body whose unknown members stand inside `extra_body`, where such engines look for them. What the caller has put there
 * itself stays, and wins.
 */
export function nestUnknownMembers(body: JsonBody, known: ReadonlySet<string>): JsonBody {
  const unknown = [...body.members.keys()].filter((key) => !known.has(key));
  if (unknown.length === 0) return body;
  const own = body.kind('extra_body') === 'object' ? (body.raw('extra_body')?.toString('utf8').trim() ?? '{}') : '{}';
  const ownMembers = own.slice(1, -1).trim();
  const ownKeys = new Set(Object.keys(JSON.parse(own) as object));
  const nested = unknown.filter((key) => !ownKeys.has(key)).map((key) => memberText(body, key));
  if (ownMembers !== '') nested.push(ownMembers);
  return rebuildJson(body, { drop: new Set(unknown), put: { extra_body: `{${nested.join(',')}}` } });
}

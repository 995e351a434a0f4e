import type { JsonBody } from '#platform';
import type { ModelOptions } from '../../catalog/model-entry.types.js';
import { isObject } from './is-object.js';
import { toolMessages, toolsFromFunctions, usesFunctions } from './legacy-functions.js';
import { CHAT_MEMBERS, nestUnknownMembers } from './nest-unknown-members.js';
import { rebuildJson } from './rebuild-json.js';

const FUNCTION_CALL = Buffer.from('"function_call"');
const DEVELOPER = Buffer.from('"developer"');
const FUNCTION_MEMBERS = ['functions', 'function_call'];
const TOOL_MEMBERS = ['tools', 'tool_choice', 'parallel_tool_calls'];

/** A validated chat body in words that the model server knows. Nearly always the caller's own, untouched. */
export function prepareChatBody(body: JsonBody, options: ModelOptions): JsonBody {
  const drop = new Set<string>();
  const put: Record<string, string> = {};
  const messages = rewriteMessages(body, options);
  if (messages !== undefined) put['messages'] = messages;
  if (usesFunctions(body)) {
    Object.assign(put, toolsFromFunctions(body));
    for (const key of FUNCTION_MEMBERS) drop.add(key);
  } else if (hasNoTools(body)) {
    // vLLM refuses an empty list, which means the same as none.
    for (const key of TOOL_MEMBERS) drop.add(key);
  }
  const isSame = drop.size === 0 && messages === undefined;
  const prepared = isSame ? body : rebuildJson(body, { drop, put });
  return options.extraBody === true ? nestUnknownMembers(prepared, CHAT_MEMBERS) : prepared;
}

function hasNoTools(body: JsonBody): boolean {
  return body.kind('tools') === 'array' && (body.value('tools') as unknown[]).length === 0;
}

/** `undefined` where the messages can stay as they are; a search for bytes tells so for nearly all. */
function rewriteMessages(body: JsonBody, { developerRole }: ModelOptions): string | undefined {
  const raw = body.raw('messages');
  if (raw === undefined) return undefined;
  const mayHoldCalls = raw.includes(FUNCTION_CALL) || usesFunctions(body);
  const mayHoldDeveloper = developerRole !== undefined && raw.includes(DEVELOPER);
  if (!mayHoldCalls && !mayHoldDeveloper) return undefined;
  const messages = body.value('messages') as readonly unknown[];
  let rewritten = toolMessages(messages);
  if (developerRole !== undefined) rewritten = rewritten.map((message) => renameRole(message, developerRole));
  return rewritten === messages ? undefined : JSON.stringify(rewritten);
}

function renameRole(message: unknown, role: string): unknown {
  return isObject(message) && message['role'] === 'developer' ? { ...message, role } : message;
}

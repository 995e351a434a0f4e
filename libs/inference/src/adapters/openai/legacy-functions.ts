import type { JsonBody } from '#platform';
import { isObject } from './is-object.js';
import { skimJsonArray } from './skim-json-array.js';

type Fields = Record<string, unknown>;

/** Whether a request speaks the form of 2023, which model servers have forgotten and EMD's clients may not have. */
export function usesFunctions(body: JsonBody): boolean {
  return body.kind('functions') === 'array';
}

/** JSON text of the members that say in today's words what `functions` and `function_call` say. */
export function toolsFromFunctions(body: JsonBody): Record<string, string> {
  const functions = skimJsonArray(body.raw('functions') ?? Buffer.from('[]')) ?? [];
  const tools = functions.map((definition) => `{"type":"function","function":${definition.toString('utf8')}}`);
  const choice = body.kind('function_call') === undefined ? undefined : body.value('function_call');
  return {
    tools: `[${tools.join(',')}]`,
    // The old form has room for one call only.
    parallel_tool_calls: 'false',
    ...(choice === undefined || choice === null ? {} : { tool_choice: JSON.stringify(toToolChoice(choice)) }),
  };
}

function toToolChoice(choice: unknown): unknown {
  return isObject(choice) ? { type: 'function', function: { name: choice['name'] } } : choice;
}

/** Past calls and their results in today's words; the very same array where nothing of the old form stands in it. */
export function toolMessages(messages: readonly unknown[]): readonly unknown[] {
  let calls = 0;
  let isChanged = false;
  const rewritten = messages.map((message) => {
    if (!isObject(message)) return message;
    if (isObject(message['function_call'])) {
      calls++;
      isChanged = true;
      const { function_call: call, ...rest } = message;
      return { ...rest, tool_calls: [{ id: callId(calls), type: 'function', function: call }] };
    }
    if (message['role'] !== 'function') return message;
    isChanged = true;
    const { name: _name, ...rest } = message;
    return { ...rest, role: 'tool', tool_call_id: callId(calls) };
  });
  return isChanged ? rewritten : messages;
}

function callId(call: number): string {
  return `call_function_${call}`;
}

/** Puts the calls of an answer, or of a piece of it, back into the old form. */
export function functionFromTools(message: Fields): void {
  const { tool_calls: calls } = message;
  if (!Array.isArray(calls)) return;
  delete message['tool_calls'];
  const [first] = calls as readonly unknown[];
  if (isObject(first) && isObject(first['function'])) message['function_call'] = first['function'];
}

export function functionFinishReason(reason: unknown): unknown {
  return reason === 'tool_calls' ? 'function_call' : reason;
}

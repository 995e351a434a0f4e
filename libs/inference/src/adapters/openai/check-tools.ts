import { GatewayError, type JsonBody } from '#platform';
import { emptyArray, missing, optionalValue, unsupportedValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';

const TOOL_CHOICES = ['none', 'auto', 'required'] as const;

/**
 * Checks the shape of `tools` and `tool_choice`. An empty `tools` is accepted, since OpenAI's own agents library sends it;
 * it means that there are none.
 *
 * @throws GatewayError
 */
export function checkTools(body: JsonBody): void {
  const tools = optionalValue(body, 'tools');
  if (tools !== undefined && !Array.isArray(tools)) throw wrongType('tools', 'an array of objects', tools);
  for (const [index, tool] of (tools ?? []).entries()) checkTool(tool, `tools[${index}]`);
  checkToolChoice(optionalValue(body, 'tool_choice'), tools !== undefined && tools.length > 0);
}

/** Checks the deprecated form, `functions` and `function_call`. @throws GatewayError */
export function checkFunctions(body: JsonBody): void {
  const functions = optionalValue(body, 'functions');
  if (functions === undefined) return;
  if (!Array.isArray(functions)) throw wrongType('functions', 'an array of objects', functions);
  if (functions.length === 0) throw emptyArray('functions');
  for (const [index, item] of functions.entries()) checkNamed(item, `functions[${index}]`);
  const choice = optionalValue(body, 'function_call');
  if (choice === undefined || choice === 'none' || choice === 'auto') return;
  if (typeof choice === 'string') throw unsupportedValue('function_call', choice, ['none', 'auto']);
  if (!isObject(choice)) throw wrongType('function_call', 'one of a string or object', choice);
  checkNamed(choice, 'function_call');
}

function checkTool(tool: unknown, path: string): void {
  if (!isObject(tool)) throw wrongType(path, 'an object', tool);
  const kind = tool['type'] ?? 'function';
  if (typeof kind !== 'string') throw wrongType(`${path}.type`, 'a string', kind);
  // Kinds of tools that are not known here are the model server's to judge.
  if (kind === 'function' || kind === 'custom') checkNamed(tool[kind], `${path}.${kind}`);
}

function checkToolChoice(choice: unknown, hasTools: boolean): void {
  if (choice === undefined) return;
  if (typeof choice === 'string') {
    if (!TOOL_CHOICES.some((known) => known === choice)) throw unsupportedValue('tool_choice', choice, TOOL_CHOICES);
  } else if (isObject(choice)) {
    checkNamedChoice(choice);
  } else {
    throw wrongType('tool_choice', 'one of a string or object', choice);
  }
  // Without tools these two ask for what happens anyway.
  if (hasTools || choice === 'none' || choice === 'auto') return;
  throw new GatewayError('invalid_request', "'tool_choice' is only allowed when 'tools' are specified.", {
    param: 'tool_choice',
  });
}

function checkNamedChoice(choice: Readonly<Record<string, unknown>>): void {
  const kind = choice['type'];
  if (kind === undefined || kind === null) throw missing('tool_choice.type');
  if (kind === 'function') checkNamed(choice['function'], 'tool_choice.function');
}

function checkNamed(value: unknown, path: string): void {
  if (value === undefined || value === null) throw missing(path);
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  const { name } = value;
  if (name === undefined || name === null) throw missing(`${path}.name`);
  if (typeof name !== 'string') throw wrongType(`${path}.name`, 'a string', name);
  if (name === '') {
    const message = `Invalid '${path}.name': empty string. Expected a string with minimum length 1, but got an empty string instead.`;
    throw new GatewayError('invalid_value', message, { param: `${path}.name` });
  }
}

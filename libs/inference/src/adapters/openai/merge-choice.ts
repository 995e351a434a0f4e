import { isObject } from './is-object.js';

type Fields = Record<string, unknown>;

/** Members of a choice or a message that come in pieces of text. */
const TEXTS = new Set(['content', 'refusal', 'reasoning', 'reasoning_content', 'text']);

/** Adds one piece of a choice, or of its message, to what came of it before. What is no text and no list says the same or something newer. */
export function mergeChoice(whole: Fields, piece: Readonly<Fields>): void {
  for (const [key, value] of Object.entries(piece)) {
    if (value !== null && value !== undefined && key !== 'index') whole[key] = merged(whole, key, value);
  }
}

function merged(whole: Fields, key: string, value: unknown): unknown {
  const known = whole[key];
  if (TEXTS.has(key) && typeof value === 'string') return textOf(known) + value;
  if (key === 'tool_calls' && Array.isArray(value)) return mergeToolCalls(known, value);
  return key === 'logprobs' && isObject(value) ? mergeLists(known, value) : value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Log probabilities come as lists by name, one item a token. */
function mergeLists(known: unknown, piece: Readonly<Fields>): Fields {
  const merged: Fields = isObject(known) ? { ...known } : {};
  for (const [key, value] of Object.entries(piece)) {
    const before = merged[key];
    if (Array.isArray(value) && Array.isArray(before))
      merged[key] = [...(before as unknown[]), ...(value as unknown[])];
    else if (value !== null || before === undefined) merged[key] = value;
  }
  return merged;
}

/** A call's first piece names it, the later ones bring its arguments. */
function mergeToolCalls(known: unknown, pieces: readonly unknown[]): Fields[] {
  const calls = (Array.isArray(known) ? known : []) as Fields[];
  for (const piece of pieces) {
    if (!isObject(piece)) continue;
    const { index, function: named, ...rest } = piece;
    const at = typeof index === 'number' && index >= 0 && index <= calls.length ? index : calls.length;
    const call = (calls[at] ??= { type: 'function', function: { name: '', arguments: '' } });
    for (const [key, value] of Object.entries(rest)) if (value !== null) call[key] = value;
    if (isObject(named)) mergeFunction(call['function'] as Fields, named);
  }
  return calls;
}

function mergeFunction(whole: Fields, piece: Readonly<Fields>): void {
  if (typeof piece['name'] === 'string' && piece['name'] !== '') whole['name'] = piece['name'];
  if (typeof piece['arguments'] === 'string') whole['arguments'] = textOf(whole['arguments']) + piece['arguments'];
}

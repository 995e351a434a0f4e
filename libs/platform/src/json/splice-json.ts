import type { JsonBody } from './json-body.js';

/** Bytes that give way to a text. */
export interface JsonEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The body's own bytes with the values of some top-level members replaced or appended; everything else, number
 * spellings and key order included, stays as the caller sent it.
 *
 * @param replacements JSON text per key.
 */
export function spliceJson(body: JsonBody, replacements: Readonly<Record<string, string>>): Buffer {
  const { bytes, members } = body;
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of editsOf(members, replacements, () => bytes.lastIndexOf('}'))) {
    pieces.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

/**
 * What `spliceJson` changes, in the order of the bytes.
 *
 * @param findClose Offset of the object's closing brace.
 */
export function editsOf(
  members: JsonBody['members'],
  replacements: Readonly<Record<string, string>>,
  findClose: () => number,
): JsonEdit[] {
  const edits: JsonEdit[] = [];
  let appended = '';
  for (const key of Object.keys(replacements)) {
    const text = replacements[key] ?? 'null';
    const member = members.get(key);
    if (member !== undefined) edits.push({ start: member.start, end: member.end, text });
    else appended += `${members.size > 0 || appended !== '' ? ',' : ''}${JSON.stringify(key)}:${text}`;
  }
  if (edits.length > 1) edits.sort((a, b) => a.start - b.start);
  if (appended === '') return edits;
  const close = findClose();
  return [...edits, { start: close, end: close, text: appended }];
}

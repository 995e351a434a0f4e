import type { JsonBody } from './json-body.js';

/**
 * The body's own bytes with the values of some top-level members replaced or appended; everything else, number
 * spellings and key order included, stays as the caller sent it.
 *
 * @param replacements JSON text per key.
 */
export function spliceJson(body: JsonBody, replacements: Readonly<Record<string, string>>): Buffer {
  const present = Object.entries(replacements)
    .flatMap(([key, text]) => {
      const member = body.members.get(key);
      return member === undefined ? [] : [{ ...member, text }];
    })
    .toSorted((a, b) => a.start - b.start);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of present) {
    pieces.push(body.bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  pieces.push(body.bytes.subarray(at));
  const absent = Object.entries(replacements).filter(([key]) => !body.members.has(key));
  return absent.length === 0
    ? Buffer.concat(pieces)
    : appendMembers(Buffer.concat(pieces), absent, body.members.size > 0);
}

function appendMembers(bytes: Buffer, members: [string, string][], follows: boolean): Buffer {
  const close = bytes.lastIndexOf('}');
  const text = members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',');
  return Buffer.concat([bytes.subarray(0, close), Buffer.from(follows ? `,${text}` : text), bytes.subarray(close)]);
}

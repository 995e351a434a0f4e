import { JsonBody } from '#platform';
import type { Pack } from './pack.types.js';

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');
const COMMA = Buffer.from(',');

/** The body of a pack's call: its first line's, with the inputs of all lines in a list. */
export function composePack({ lines }: Pack): JsonBody {
  const [first] = lines;
  const member = first?.body.members.get('input');
  if (first === undefined || member === undefined) throw new RangeError('a pack has lines, and they have inputs');
  const pieces = lines.flatMap(({ inputs: { elements } }, index) => (index === 0 ? [elements] : [COMMA, elements]));
  const { bytes } = first.body;
  const composed = Buffer.concat([bytes.subarray(0, member.start), OPEN, ...pieces, CLOSE, bytes.subarray(member.end)]);
  const grown = composed.length - bytes.length;
  // Each piece was scanned where it came from; what is new is where they lie.
  const members = [...first.body.members].map(([key, place]) => {
    const { kind, start, end } = place;
    if (key === 'input') return [key, { kind: 'array' as const, start, end: end + grown }] as const;
    return [key, start > member.start ? { kind, start: start + grown, end: end + grown } : place] as const;
  });
  return new JsonBody(composed, new Map(members));
}

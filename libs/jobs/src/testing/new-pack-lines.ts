import type { ChunkLine } from '../chunks/job-context.js';
import { groupLines } from '../packs/group-lines.js';
import type { PackLine } from '../packs/pack.types.js';

/** A line with this JSON text as its body. */
export function newBodyLine(body: string, request = 0): ChunkLine {
  return { request, customId: `line-${request}`, body: Buffer.from(body) };
}

/** One group of lines with these JSON texts as their inputs. */
export function newPackLines(...inputs: readonly string[]): readonly PackLine[] {
  const lines = inputs.map((input, request) => newBodyLine(`{"model":"model/dev","input":${input}}`, request));
  const [group, ...others] = groupLines(lines).groups;
  if (group?.length !== inputs.length || others.length > 0) throw new Error('these inputs do not make one group');
  return group;
}

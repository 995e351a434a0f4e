import { createHash } from 'node:crypto';
import type { SubmittedLine } from '../judge/evidence.js';
import { DIMENSIONS } from '../judge/judge-rows.js';
import { EMBEDDING_MODEL } from '../../e2e/support/clients.js';

/** Lines whose texts no other job has, so that the witness log tells jobs and lines apart. */
export function makeLines(name: string, count: number): SubmittedLine[] {
  return Array.from({ length: count }, (_, index) => makeLine(`${name}-${index}`, `passage ${index} of ${name}`));
}

export function makeLine(customId: string, text: string): SubmittedLine {
  return { customId, text, digest: createHash('sha256').update(text).digest('hex') };
}

export function toInput(lines: readonly SubmittedLine[]): string {
  return lines.map((line) => `${JSON.stringify(toRequest(line))}\n`).join('');
}

function toRequest({ customId, text }: SubmittedLine): object {
  const body = { model: EMBEDDING_MODEL, input: text, encoding_format: 'base64', dimensions: DIMENSIONS };
  return { custom_id: customId, method: 'POST', url: '/v1/embeddings', body };
}

import { readEmbeddingInputs, validateEmbeddingsRequest } from '#inference';
import { GatewayError, scanJsonObject, type JsonBody } from '#platform';
import type { ChunkLine } from '../chunks/job-context.js';
import { estimateTokens } from './estimate-tokens.js';
import type { PackLine } from './pack.types.js';

export interface GroupedLines {
  /** Lines that may share calls among themselves; in the order of the input, as are the groups by their first lines. */
  readonly groups: readonly (readonly PackLine[])[];
  /** Lines that nothing can share a call with. */
  readonly alone: readonly ChunkLine[];
}

/**
 * Puts together the lines whose bodies are the same bytes but for the value of `input`, and whose inputs are of one kind.
 * What is unusual or will be refused goes alone, so that its refusal is its own.
 */
export function groupLines(lines: readonly ChunkLine[]): GroupedLines {
  const groups = new Map<string, PackLine[] | 'refused'>();
  const alone: ChunkLine[] = [];
  for (const line of lines) {
    const packed = toPackLine(line);
    if (packed === undefined) {
      alone.push(line);
      continue;
    }
    const key = groupKey(packed);
    const group = groups.get(key) ?? (isAccepted(packed.body) ? [] : 'refused');
    groups.set(key, group);
    if (group === 'refused') alone.push(line);
    else group.push(packed);
  }
  return { groups: [...groups.values()].filter((group) => group !== 'refused'), alone };
}

function toPackLine(line: ChunkLine): PackLine | undefined {
  const body = readBody(line);
  const inputs = body === undefined ? undefined : readEmbeddingInputs(body);
  if (body === undefined || inputs === undefined) return undefined;
  return { line, body, inputs, tokens: estimateTokens(inputs) };
}

/** What is no object at all gets its refusal when it is called alone. */
function readBody({ body, scanned }: ChunkLine): JsonBody | undefined {
  try {
    return scanned ?? scanJsonObject(body);
  } catch (error) {
    if (GatewayError.is(error)) return undefined;
    throw error;
  }
}

/** The bytes in front of the input and those behind it; a line feed cannot stand inside either, for a line has none. */
function groupKey({ body, inputs }: PackLine): string {
  const { bytes } = body;
  const { start, end } = body.members.get('input') ?? { start: 0, end: 0 };
  return `${inputs.kind}\n${bytes.toString('latin1', 0, start)}\n${bytes.toString('latin1', end)}`;
}

/** Whether the gateway itself lets the request pass; all of a group are alike in what it looks at. */
function isAccepted(body: JsonBody): boolean {
  try {
    validateEmbeddingsRequest(body);
    return true;
  } catch (error) {
    if (GatewayError.is(error)) return false;
    throw error;
  }
}

import { isFields, type Fields } from '../../engines/read-fields.js';
import type { StreamFraming } from '../endpoints/endpoint-definition.js';

// EMD's containers print every optional field of the SDK's types, set or not.
const optionalChunkFields = { service_tier: null, usage: null };
const optionalDeltaFields = { content: null, function_call: null, refusal: null, role: null, tool_calls: null };

/** One object of a stream as the container writes it. */
export function frameChunk(data: object, framing: StreamFraming): Buffer {
  return Buffer.from(
    framing === 'sse' ? `data: ${JSON.stringify(data)}\n\n` : `${JSON.stringify(spellOutNulls(data))}\n`,
  );
}

export function frameDoneMarker(): Buffer {
  return Buffer.from('data: [DONE]\n\n');
}

/** An error in the middle of a stream: an object in vLLM's SSE, a bare string in EMD's lines. */
export function frameStreamError(message: string, framing: StreamFraming): Buffer {
  const error = { message, type: 'InternalServerError', param: null, code: 500 };
  return Buffer.from(
    framing === 'sse' ? `data: ${JSON.stringify({ error })}\n\n` : `${JSON.stringify({ error: message })}\n`,
  );
}

function spellOutNulls(chunk: object): object {
  const { choices } = chunk as Fields;
  if (!Array.isArray(choices)) return chunk;
  return { ...optionalChunkFields, ...chunk, choices: choices.map(spellOutChoice) };
}

function spellOutChoice(choice: unknown): unknown {
  if (!isFields(choice) || !isFields(choice['delta'])) return choice;
  return { ...choice, delta: { ...optionalDeltaFields, ...choice['delta'] } };
}

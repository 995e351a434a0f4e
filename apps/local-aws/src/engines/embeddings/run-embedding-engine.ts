import { EngineRejection } from '../engine-rejection.js';
import type { CallIdentity, EngineResult } from '../generation.js';
import { isStringArray, readInteger, type Fields } from '../read-fields.js';
import { countTokens } from '../text/split-tokens.js';
import { embedText, embedTokenIds } from './embed-text.js';

export interface EmbeddingLimits {
  /** Length of the vectors where the call does not ask for fewer dimensions. */
  readonly dimensions: number;
  /** Tokens that one input may have. */
  readonly maxModelTokens: number;
}

type Input = string | readonly number[];

// What a call may hold before the vectors alone (4 KiB each) become too much for one answer by an order of magnitude.
const maxInputs = 8192;

/** @throws EngineRejection */
export function runEmbeddingEngine(body: Fields, identity: CallIdentity, limits: EmbeddingLimits): EngineResult {
  const inputs = parseInputs(body['input']);
  const dimensions = readInteger(body, 'dimensions', { min: 1, max: limits.dimensions }) ?? limits.dimensions;
  const render = chooseRendering(body['encoding_format']);
  let promptTokens = 0;
  for (const input of inputs) {
    const tokens = typeof input === 'string' ? countTokens(input) : input.length;
    if (tokens > limits.maxModelTokens) {
      throw new EngineRejection(
        `This model's maximum context length is ${limits.maxModelTokens} tokens. However, you requested ${tokens} tokens in the input for embedding generation. Please reduce the length of the input.`,
        'input',
      );
    }
    promptTokens += tokens;
  }
  const data = inputs.map((input, index) => ({
    index,
    object: 'embedding',
    embedding: render(typeof input === 'string' ? embedText(input, dimensions) : embedTokenIds(input, dimensions)),
  }));
  return {
    kind: 'complete',
    data: {
      id: `embd-${identity.id}`,
      object: 'list',
      created: identity.createdSeconds,
      model: identity.model,
      data,
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens, completion_tokens: 0 },
    },
    work: { kind: 'encode', tokens: promptTokens },
  };
}

function chooseRendering(format: unknown): (vector: Float32Array) => string | number[] {
  if (format === undefined || format === null || format === 'float') return (vector) => Array.from(vector);
  if (format === 'base64') return (vector) => Buffer.from(vector.buffer).toString('base64');
  throw new EngineRejection("encoding_format must be 'float' or 'base64'.", 'encoding_format');
}

function parseInputs(input: unknown): Input[] {
  const inputs: unknown = typeof input === 'string' || isTokenIds(input) ? [input] : input;
  if (!Array.isArray(inputs) || !(isStringArray(inputs) || inputs.every(isTokenIds))) {
    throw new EngineRejection('input must be a string, an array of strings, or arrays of token ids.', 'input');
  }
  if (inputs.length === 0 || inputs.some((item) => item.length === 0)) {
    throw new EngineRejection('input must not be empty.', 'input');
  }
  if (inputs.length > maxInputs) throw new EngineRejection(`input must hold at most ${maxInputs} items.`, 'input');
  return inputs;
}

function isTokenIds(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'number' && Number.isInteger(id))
  );
}

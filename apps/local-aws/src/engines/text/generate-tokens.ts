import { splitTokens } from './split-tokens.js';

export type StopReason = 'stop' | 'length';

export interface GeneratedText {
  readonly tokens: readonly string[];
  readonly finishReason: StopReason;
  /** The stop sequence that ended the text, as vLLM reports it. */
  readonly stoppedAt: string | null;
}

export interface GenerationLimits {
  readonly maxTokens: number;
  /** A shorter text is repeated until it has so many. */
  readonly minTokens: number;
  readonly stop: readonly string[];
}

/** The tokens of a text up to the first stop sequence, which is left out, and up to the token limit. */
export function generateTokens(text: string, limits: GenerationLimits): GeneratedText {
  const stoppedAt = findFirstStop(text, limits.stop);
  const tokens = splitTokens(stoppedAt === null ? text : text.slice(0, text.indexOf(stoppedAt)));
  const said = tokens.length;
  if (said > 0 && said < limits.minTokens) {
    for (let index = 0; tokens.length < limits.minTokens; index++)
      tokens.push(repeated(tokens[index % said] ?? '', index % said));
  }
  if (tokens.length > limits.maxTokens || (tokens.length > said && tokens.length === limits.maxTokens)) {
    return { tokens: tokens.slice(0, limits.maxTokens), finishReason: 'length', stoppedAt: null };
  }
  return { tokens, finishReason: 'stop', stoppedAt };
}

/** A text that begins again begins with a space. */
function repeated(token: string, index: number): string {
  return index === 0 && !/^\s/.test(token) ? ` ${token}` : token;
}

function findFirstStop(text: string, stop: readonly string[]): string | null {
  let first: string | null = null;
  for (const sequence of stop) {
    const at = text.indexOf(sequence);
    if (at >= 0 && (first === null || at < text.indexOf(first))) first = sequence;
  }
  return first;
}

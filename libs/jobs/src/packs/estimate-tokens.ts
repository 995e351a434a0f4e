import type { EmbeddingInputs } from '#inference';

/** Of English text in the usual vocabularies. */
export const BYTES_PER_TOKEN = 4;
const COMMA = 0x2c;

/** About how many tokens the inputs are for a model; at least one for each input. */
export function estimateTokens({ kind, count, elements }: EmbeddingInputs): number {
  if (kind === 'text') return Math.max(count, Math.ceil(elements.length / BYTES_PER_TOKEN));
  let tokens = 1;
  for (let at = elements.indexOf(COMMA); at !== -1; at = elements.indexOf(COMMA, at + 1)) tokens++;
  return tokens;
}

import type { Usage } from '../../inference.types.js';

/** Tokens from OpenAI's `usage` object; `undefined` when the model server did not count. */
export function readUsage(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as {
    readonly prompt_tokens?: unknown;
    readonly completion_tokens?: unknown;
    readonly total_tokens?: unknown;
    readonly prompt_tokens_details?: unknown;
    readonly completion_tokens_details?: unknown;
  };
  const completionTokens = countOf(fields.completion_tokens) ?? 0;
  const total = countOf(fields.total_tokens);
  // Rerank servers of vLLM count a total only.
  const promptTokens = countOf(fields.prompt_tokens) ?? (total === undefined ? undefined : total - completionTokens);
  if (promptTokens === undefined || promptTokens < 0) return undefined;
  return {
    promptTokens,
    completionTokens,
    totalTokens: total ?? promptTokens + completionTokens,
    ...detailOf('cachedTokens', fields.prompt_tokens_details, 'cached_tokens'),
    ...detailOf('reasoningTokens', fields.completion_tokens_details, 'reasoning_tokens'),
  };
}

/** A part of a count; nothing where it is zero or missing. */
function detailOf<K extends 'cachedTokens' | 'reasoningTokens'>(
  name: K,
  details: unknown,
  member: string,
): Partial<Record<K, number>> {
  if (typeof details !== 'object' || details === null) return {};
  const count = countOf((details as Record<string, unknown>)[member]) ?? 0;
  return count === 0 ? {} : ({ [name]: count } as Record<K, number>);
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

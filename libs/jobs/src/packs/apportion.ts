import type { Usage } from '#inference';

/**
 * Shares out a whole amount by weights in whole parts that add up to it: everybody gets the whole part of his share, and
 * what is left goes to the largest remainders, the first of equals.
 *
 * @param weights Not negative, and not all 0.
 */
export function apportion(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (amount * weight) / total);
  const parts = shares.map((share) => Math.floor(share));
  let left = amount - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left--;
  }
  return parts;
}

/** The usage of a shared call, by the lines' weights, so that each kind of token adds up to what the call was counted. */
export function apportionUsage(usage: Usage | undefined, weights: readonly number[]): readonly (Usage | undefined)[] {
  if (usage === undefined) return weights.map(() => undefined);
  const prompt = apportion(usage.promptTokens, weights);
  const completion = apportion(usage.completionTokens, weights);
  // Apart from the total, so that no line's total is less than its parts by a rounding.
  const other = apportion(usage.totalTokens - usage.promptTokens - usage.completionTokens, weights);
  const cached = apportionPart(usage.cachedTokens, prompt);
  const reasoning = apportionPart(usage.reasoningTokens, completion);
  return weights.map((_, index) => {
    const promptTokens = prompt[index] ?? 0;
    const completionTokens = completion[index] ?? 0;
    return {
      promptTokens,
      completionTokens,
      totalTokens: promptTokens + completionTokens + (other[index] ?? 0),
      ...(cached === undefined ? {} : { cachedTokens: cached[index] ?? 0 }),
      ...(reasoning === undefined ? {} : { reasoningTokens: reasoning[index] ?? 0 }),
    };
  });
}

/** Tokens that are some of others, by how many each line has of those, so that no line has more of them than that. */
function apportionPart(amount: number | undefined, whole: readonly number[]): number[] | undefined {
  return amount === undefined || whole.every((part) => part === 0) ? undefined : apportion(amount, whole);
}

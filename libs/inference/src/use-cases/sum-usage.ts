import type { Usage } from '../inference.types.js';

/** The sum of what was counted; `undefined` as soon as one call was not counted, since half a sum is none. */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  let sum: Usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const usage of usages) {
    if (usage === undefined) return undefined;
    sum = {
      promptTokens: sum.promptTokens + usage.promptTokens,
      completionTokens: sum.completionTokens + usage.completionTokens,
      totalTokens: sum.totalTokens + usage.totalTokens,
    };
  }
  return sum;
}

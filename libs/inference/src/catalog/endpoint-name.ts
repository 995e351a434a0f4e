import type { ModelTarget } from './model-entry.types.js';

/** What queues and budgets call the place where a model runs; models on one endpoint share both. */
export function endpointName({ endpoint, inferenceComponent }: ModelTarget): string {
  return inferenceComponent === undefined ? endpoint : `${endpoint}-${inferenceComponent}`;
}

import { scanJsonObject, spliceJson } from '#platform';
import type { ModelEntry } from '../../catalog/model-entry.types.js';
import type { InferenceCall } from '../../inference.types.js';

/**
 * A call of bulk work with the `priority` that vLLM's scheduler is to give it; realtime's calls, and those whose authors chose
 * a priority themselves, as they are.
 */
export function withPriority(call: InferenceCall, { sharing }: Pick<ModelEntry, 'sharing'>): InferenceCall {
  const { priority } = sharing;
  if (priority === undefined || call.retries !== 'none' || call.body.has('priority')) return call;
  return { ...call, body: scanJsonObject(spliceJson(call.body, { priority: String(priority) })) };
}

import { GatewayError, newId, scanJsonObject } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { PlacedCall } from './call-slots.js';
import type { ChunkContext } from './job-context.js';

/** Whether the model answers a request that any healthy model answers: tells a broken endpoint from a bad line. */
export async function probeModel(
  models: BulkModels,
  context: ChunkContext,
  { place, signal }: PlacedCall,
): Promise<boolean> {
  const { record, plan } = context;
  try {
    await models.call(record.endpoint, {
      model: plan.model,
      body: scanJsonObject(models.canary(plan.model, record.endpoint)),
      requestId: newId('req_'),
      signal,
      endpoint: place.endpoint,
      retries: 'none',
    });
    return true;
  } catch (error) {
    if (GatewayError.is(error) || signal.aborted) return false;
    throw error;
  }
}

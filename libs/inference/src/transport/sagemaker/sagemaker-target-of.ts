import { GatewayError } from '#platform';
import type { SageMakerTarget } from '../../catalog/model-entry.types.js';
import type { TransportRequest } from '../transport.port.js';

/** @throws GatewayError `internal_error` for a target that SageMaker does not serve; the catalog lets none come so far. */
export function sageMakerTargetOf({ target }: TransportRequest): SageMakerTarget {
  if (target.kind === 'sagemaker') return target;
  throw new GatewayError('internal_error', 'The gateway cannot reach this model.', { details: { kind: target.kind } });
}

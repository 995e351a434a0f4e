import { GatewayError } from '#platform';
import type { WriteCondition } from '../object-store.port.js';
import type { Probe } from './probe.types.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

/** Whether the store acknowledged the write. `false` may also be its answer to the client's repetition of a write that won. */
export async function attemptWrite(
  probe: Probe,
  key: string,
  body: string,
  condition: WriteCondition,
): Promise<boolean> {
  probe.keys.add(key);
  try {
    await probe.store.put(key, body, { condition, signal: probe.signal });
    return true;
  } catch (error) {
    if (GatewayError.is(error, 'precondition_failed')) return false;
    if (GatewayError.is(error, 'internal_error')) {
      throw new UnmetGuarantee('The storage does not know conditional writes (If-None-Match, If-Match).', {
        cause: error,
      });
    }
    throw error;
  }
}

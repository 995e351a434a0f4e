import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';

/** @throws GatewayError as the store does, but for an object that is not there. */
export async function objectExists(store: ObjectStore, key: string): Promise<boolean> {
  try {
    await store.head(key);
    return true;
  } catch (error) {
    if (GatewayError.is(error, 'not_found')) return false;
    throw error;
  }
}

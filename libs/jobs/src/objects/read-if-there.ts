import { GatewayError } from '#platform';
import type { ByteRange, ObjectStore } from '#storage';

/** A piece of an object; `undefined` where there is none. @throws GatewayError as the store does otherwise */
export async function readIfThere(store: ObjectStore, key: string, range: ByteRange): Promise<Buffer | undefined> {
  try {
    return (await store.get(key, { range })).body;
  } catch (error) {
    if (GatewayError.is(error, 'not_found')) return undefined;
    throw error;
  }
}

import { GatewayError } from '#platform';
import type { Probe } from './probe.types.js';

export interface StoredText {
  readonly text: string;
  readonly etag: string;
}

export async function readText(probe: Probe, key: string): Promise<StoredText | undefined> {
  try {
    const { body, etag } = await probe.store.get(key, { signal: probe.signal });
    return { text: body.toString(), etag };
  } catch (error) {
    if (GatewayError.is(error, 'not_found')) return undefined;
    throw error;
  }
}

import type { ObjectStore } from '../object-store.port.js';

/** What one check may use: a store, a prefix that nobody else writes under, and the list of keys that are removed afterwards. */
export interface Probe {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly keys: Set<string>;
  readonly signal?: AbortSignal;
}

import type { EntryReader } from './entry-reader.js';
import { ON_YIELD, type SharingOptions } from './model-entry.types.js';

export const SHARING_FIELDS = ['budget', 'floor', 'denseArrivals', 'headroomPercent', 'onYield', 'priority'];

/** Four calls within a second come by chance once in a minute where one comes each second; five once in ten minutes. */
const DENSE_ARRIVALS = 5;
const HEADROOM_PERCENT = 25;
/** Realtime has vLLM's own 0, and bulk never goes before it. */
const PRIORITIES = { fallback: 1, min: 1, max: 1_000_000 };

interface EndpointCalls {
  /** The budget where none is named: what bulk alone may have in flight. */
  readonly concurrency: number;
  /** Of this endpoint alone. */
  readonly budget?: number;
}

export function readSharing(sharing: EntryReader, { concurrency, budget: own }: EndpointCalls): SharingOptions {
  const budget = own ?? sharing.integer('budget', { fallback: concurrency, min: 1, max: 10_000 });
  return Object.freeze({
    budget,
    floor: sharing.integer('floor', { fallback: 0, min: 0, max: budget }),
    denseArrivals: sharing.integer('denseArrivals', { fallback: DENSE_ARRIVALS, min: 1, max: 10_000 }),
    headroomPercent: sharing.integer('headroomPercent', { fallback: HEADROOM_PERCENT, min: 0, max: 100 }),
    onYield: sharing.has('onYield') ? sharing.choice('onYield', ON_YIELD) : 'drain',
    ...(sharing.has('priority') ? { priority: sharing.integer('priority', PRIORITIES) } : {}),
  });
}

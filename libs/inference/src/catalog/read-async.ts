import type { EntryReader } from './entry-reader.js';
import type { AsyncOptions } from './model-entry.types.js';

export const ASYNC_FIELDS = ['inputPrefix', 'timeoutSeconds', 'ttlSeconds', 'outstanding'];

/** SageMaker's own default and bounds. */
const INVOCATION_SECONDS = 900;
const MAX_INVOCATION_SECONDS = 3_600;
const MIN_TTL_SECONDS = 60;
const MAX_TTL_SECONDS = 21_600;
/** Enough of a backlog for an endpoint to scale by, and little enough to be worked off within the six hours of a TTL. */
const OUTSTANDING = 128;

export function readAsync(fields: EntryReader): AsyncOptions {
  return Object.freeze({
    inputPrefix: fields.string('inputPrefix', 'async'),
    timeoutSeconds: fields.integer('timeoutSeconds', {
      fallback: INVOCATION_SECONDS,
      min: 1,
      max: MAX_INVOCATION_SECONDS,
    }),
    ttlSeconds: fields.integer('ttlSeconds', { fallback: MAX_TTL_SECONDS, min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS }),
    outstanding: fields.integer('outstanding', { fallback: OUTSTANDING, min: 1, max: 100_000 }),
  });
}

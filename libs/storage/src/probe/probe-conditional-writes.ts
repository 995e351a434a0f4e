import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '../object-store.port.js';
import { checkCompareAndSet } from './check-compare-and-set.js';
import { checkConditions } from './check-conditions.js';
import { checkCreateRaces } from './check-create-races.js';
import { checkVisibility } from './check-visibility.js';
import type { Probe } from './probe.types.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

export interface ProbeOptions {
  /** Under this the probe's objects live for a moment; `probe/` where absent. */
  readonly prefix?: string;
  readonly signal?: AbortSignal;
}

export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly failure: string };

const REMEDY =
  'Bulk jobs would lose or double results on it: use Amazon S3, or a server whose conditional writes hold under concurrency.';

/**
 * Tries with concurrent writers what bulk jobs rest on: create-only and compare-and-set writes of which exactly one
 * wins, and reads that see every finished write, whole. Servers exist that pass one by one and fail under concurrency.
 *
 * @throws GatewayError `storage_unavailable` when the store does not answer, so that nothing was learnt.
 */
export async function probeConditionalWrites(store: ObjectStore, options: ProbeOptions = {}): Promise<ProbeResult> {
  const prefix = `${options.prefix ?? 'probe/'}${randomBytes(12).toString('hex')}/`;
  const probe: Probe = { store, prefix, keys: new Set(), signal: options.signal };
  // All are awaited, also after a failure, so that the clean-up finds nothing that is still being written.
  const checks = await Promise.allSettled(
    [checkConditions, checkCreateRaces, checkCompareAndSet, checkVisibility].map((check) => check(probe)),
  );
  const cleanUp = await Promise.allSettled([store.delete([...probe.keys])]);

  const failures = [...checks, ...cleanUp].flatMap((step): unknown[] =>
    step.status === 'rejected' ? [step.reason] : [],
  );
  const unmet = failures.find((failure) => failure instanceof UnmetGuarantee);
  if (unmet !== undefined) return { ok: false, failure: `${unmet.message} ${REMEDY}` };
  if (failures.length > 0) throw failures[0];
  return { ok: true };
}

import type { KeyRecord } from './key-record.js';

/**
 * Keys whose jobs must stop, by tenant: revoked, and not replaced by a key that still stands. A key that was rotated
 * hands its jobs on to its successor, and they stop when that is revoked. A key that expires was not taken back from
 * anyone, so its jobs go on.
 *
 * @param sinceMs revocations before this time are passed over.
 */
export function listRevokedKeys(
  records: readonly KeyRecord[],
  sinceMs: number,
  nowMs: number,
): ReadonlyMap<string, ReadonlySet<string>> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const revoked = new Map<string, Set<string>>();
  for (const record of records) {
    const { revokedAtMs } = lastOf(record, byId);
    if (revokedAtMs === undefined || revokedAtMs > nowMs || revokedAtMs < sinceMs) continue;
    revoked.set(record.tenant, (revoked.get(record.tenant) ?? new Set()).add(record.id));
  }
  return revoked;
}

/** The end of the chain of successors. One that is not known, or that leads in a circle, is taken for a key that stands. */
function lastOf(record: KeyRecord, byId: ReadonlyMap<string, KeyRecord>): Pick<KeyRecord, 'revokedAtMs'> {
  const seen = new Set<string>();
  let last = record;
  while (last.replacedBy !== undefined) {
    const next = byId.get(last.replacedBy);
    if (next === undefined || seen.has(next.id)) return { revokedAtMs: undefined };
    seen.add(next.id);
    last = next;
  }
  return last;
}

import type { KeyLimits, KeyRecord } from './key-record.js';
import type { RouteScope } from './route-scope.js';

/** A key as it stands in a keys file and in the object store. */
export interface KeyEntry {
  readonly id: string;
  readonly hash: string;
  readonly tenant: string;
  readonly name?: string;
  /** ISO 8601, like the other times. */
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly expiresAt?: string;
  readonly replacedBy?: string;
  readonly models?: readonly string[];
  readonly routes?: readonly RouteScope[];
  readonly limits?: KeyLimits;
}

export function toEntry(record: KeyRecord): KeyEntry {
  const { id, hash, tenant, name, createdAtMs, revokedAtMs, expiresAtMs, replacedBy, models, routes, limits } = record;
  return {
    id,
    hash,
    tenant,
    ...(name === undefined ? {} : { name }),
    createdAt: new Date(createdAtMs).toISOString(),
    ...(revokedAtMs === undefined ? {} : { revokedAt: new Date(revokedAtMs).toISOString() }),
    ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
    ...(models === undefined ? {} : { models }),
    ...(routes === undefined ? {} : { routes }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** A keys file's whole text. */
export function renderKeysFile(records: readonly KeyRecord[]): string {
  return `${JSON.stringify(records.map(toEntry), undefined, 2)}\n`;
}

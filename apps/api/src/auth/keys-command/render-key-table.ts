import type { KeyRecord } from '../key-record.js';

const HEADINGS = ['ID', 'TENANT', 'NAME', 'STATE', 'CREATED', 'MODELS', 'ROUTES', 'LIMITS'] as const;

/** The keys as lines of a terminal, those that work first. */
export function renderKeyTable(records: readonly KeyRecord[], nowMs: number): string {
  if (records.length === 0) return `There are no keys yet. 'npm run keys -- create' makes one.`;
  const sorted = records.toSorted((one, other) => one.createdAtMs - other.createdAtMs);
  const rows = [[...HEADINGS], ...sorted.map((record) => toRow(record, nowMs))];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toRow({ id, tenant, name, createdAtMs, models, routes, limits, ...ends }: KeyRecord, nowMs: number): string[] {
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = limits ?? {};
  const shownLimits = [
    requestsPerMinute === undefined ? [] : `${requestsPerMinute} requests/min`,
    tokensPerMinute === undefined ? [] : `${tokensPerMinute} tokens/min`,
    concurrentRequests === undefined ? [] : `${concurrentRequests} at once`,
  ].flat();
  return [
    id,
    tenant,
    name ?? '',
    stateOf(ends, nowMs),
    day(createdAtMs),
    models?.join(',') ?? 'all',
    routes?.join(',') ?? 'all',
    shownLimits.join(', ') || 'none',
  ];
}

function stateOf({ revokedAtMs, expiresAtMs }: Pick<KeyRecord, 'revokedAtMs' | 'expiresAtMs'>, nowMs: number): string {
  if (revokedAtMs !== undefined)
    return revokedAtMs <= nowMs ? 'revoked' : `until ${new Date(revokedAtMs).toISOString()}`;
  if (expiresAtMs === undefined) return 'works';
  return expiresAtMs <= nowMs ? 'expired' : `until ${new Date(expiresAtMs).toISOString()}`;
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

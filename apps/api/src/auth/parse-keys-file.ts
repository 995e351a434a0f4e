import type { KeyRecord } from './key-record.js';
import { readLimits, readModels, readRoutes } from './read-grants.js';

/** The file's text is no list of keys; `message` says which entry and which field. */
export class KeysFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeysFileError';
  }
}

/** Tenants become part of object keys (`t/{tenant}/…`), so their shape is narrow. */
export const TENANT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const HASH = /^[0-9a-f]{64}$/;

/**
 * Reads a keys file: a JSON array, or one JSON object a line, of
 * `{ id, hash, tenant, name?, createdAt, revokedAt?, expiresAt?, replacedBy?, models?, routes?, limits? }` with times in ISO 8601.
 *
 * @throws KeysFileError when any entry is not right: half a key set is not used.
 */
export function parseKeysFile(text: string): KeyRecord[] {
  return parseKeys(readEntries(text));
}

/** @throws KeysFileError when any entry is not right, or two are one key. */
export function parseKeys(entries: readonly unknown[]): KeyRecord[] {
  const records = entries.map((entry, index) => toRecord(entry, `key ${index + 1}`));
  const seen = new Set<string>();
  for (const { id, hash } of records) {
    if (seen.has(id)) throw new KeysFileError(`the id '${id}' stands twice`);
    if (seen.has(hash)) throw new KeysFileError(`the hash of '${id}' stands twice`);
    seen.add(id).add(hash);
  }
  return records;
}

function readEntries(text: string): unknown[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) return parseJson(trimmed, 'the file') as unknown[];
  return trimmed
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(line, `line ${index + 1}`)]));
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new KeysFileError(`${place} is not valid JSON`, { cause: error });
  }
}

/** @throws KeysFileError naming the place and the field. */
function toRecord(entry: unknown, place: string): KeyRecord {
  if (typeof entry !== 'object' || entry === null) throw new KeysFileError(`${place} is not an object`);
  const fields = entry as Record<string, unknown>;
  const matching = (field: string, shape: RegExp): string => {
    const value = fields[field];
    if (typeof value === 'string' && shape.test(value)) return value;
    throw new KeysFileError(`${place}: '${field}' must match ${shape.source}`);
  };
  const time = (field: string): number | undefined => {
    const value = fields[field];
    if (value === undefined || value === null) return undefined;
    const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(atMs)) throw new KeysFileError(`${place}: '${field}' must be an ISO 8601 time`);
    return atMs;
  };
  const createdAtMs = time('createdAt');
  if (createdAtMs === undefined) throw new KeysFileError(`${place}: 'createdAt' is missing`);
  const refuse = (field: string, rule: string): never => {
    throw new KeysFileError(`${place}: '${field}' must be ${rule}`);
  };
  return {
    id: matching('id', KEY_ID),
    hash: matching('hash', HASH),
    tenant: matching('tenant', TENANT),
    name: typeof fields['name'] === 'string' ? fields['name'] : undefined,
    createdAtMs,
    revokedAtMs: time('revokedAt'),
    expiresAtMs: time('expiresAt'),
    replacedBy: fields['replacedBy'] == null ? undefined : matching('replacedBy', KEY_ID),
    models: readModels(fields['models'], refuse),
    routes: readRoutes(fields['routes'], refuse),
    limits: readLimits(fields['limits'], refuse),
  };
}

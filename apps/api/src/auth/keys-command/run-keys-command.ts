import { randomBytes } from 'node:crypto';
import { newId, type Environment } from '#platform';
import { toEntry } from '../key-entry.js';
import type { KeyHasher } from '../key-hasher.js';
import type { KeyRecord } from '../key-record.js';
import { KeysCommandError } from './keys-command-error.js';
import type { KeysPlace } from './keys-place.port.js';
import { openHasher, openPlaces } from './open-places.js';
import { readCommand, type KeysCommand } from './read-command.js';
import { renderKeyTable } from './render-key-table.js';

export type Print = (line: string) => void;

const KEY_BYTES = 24;
/** An api reads its keys at least this often, so a change holds everywhere by then. */
const HOLDS_WITHIN = 'within 10 seconds';

/**
 * Creates, lists, rotates or revokes keys wherever the api would read them from.
 *
 * @throws KeysCommandError, ConfigurationError or GatewayError with a message for the operator.
 */
export async function runKeysCommand(args: readonly string[], environment: Environment, print: Print): Promise<void> {
  const command = readCommand(args, Date.now());
  const places = openPlaces(environment);
  try {
    await run(command, { places, print, openHasher: () => openHasher(environment) });
  } finally {
    for (const place of places) place.close();
  }
}

interface Setting {
  readonly places: readonly KeysPlace[];
  readonly print: Print;
  readonly openHasher: () => Promise<KeyHasher>;
}

async function run(command: KeysCommand, { places, print, openHasher: hasherOf }: Setting): Promise<void> {
  const nowMs = Date.now();
  switch (command.kind) {
    case 'create': {
      const { tenant, name, grants } = command;
      const made = makeKey(await hasherOf(), { ...grants, tenant, name }, nowMs);
      await updateAll(places, (records) => [...records, made.record]);
      announce(print, made, places);
      return;
    }
    case 'list': {
      const records = await readAll(places);
      print(command.asJson ? JSON.stringify(records.map(toListed), undefined, 2) : renderKeyTable(records, nowMs));
      return;
    }
    case 'rotate': {
      const old = await find(places, command.id, nowMs);
      const made = makeKey(await hasherOf(), old, nowMs);
      await updateAll(places, (records) => [
        ...endKey(records, command.id, nowMs + command.graceMs, made.record.id),
        made.record,
      ]);
      announce(print, made, places);
      print(
        `${command.id} is refused ${command.graceMs === 0 ? HOLDS_WITHIN : `from ${new Date(nowMs + command.graceMs).toISOString()}`}.`,
      );
      return;
    }
    case 'revoke': {
      await find(places, command.id, nowMs);
      await updateAll(places, (records) => endKey(records, command.id, nowMs));
      print(`${command.id} is refused ${HOLDS_WITHIN}.`);
      return;
    }
  }
}

interface MadeKey {
  readonly plain: string;
  readonly record: KeyRecord;
}

function makeKey(
  hasher: KeyHasher,
  facts: Pick<KeyRecord, 'tenant' | 'name' | 'models' | 'routes' | 'limits' | 'expiresAtMs'>,
  createdAtMs: number,
): MadeKey {
  const plain = `sk-sluice-${randomBytes(KEY_BYTES).toString('base64url')}`;
  const { tenant, name, models, routes, limits, expiresAtMs } = facts;
  const hash = hasher.hash(plain).toString('hex');
  const fixed = { id: newId('key_'), hash, createdAtMs, revokedAtMs: undefined };
  return { plain, record: { ...fixed, tenant, name, models, routes, limits, expiresAtMs } };
}

function announce(print: Print, { plain, record }: MadeKey, places: readonly KeysPlace[]): void {
  print(
    `${record.id} of tenant ${record.tenant}, kept as a hash in ${places.map((place) => place.description).join(' and ')}:`,
  );
  print(`\n    ${plain}\n`);
  print(`It is shown this once. The api takes it ${HOLDS_WITHIN}.`);
}

/** @throws KeysCommandError when no place has a key of this id that still works. */
async function find(places: readonly KeysPlace[], id: string, nowMs: number): Promise<KeyRecord> {
  const record = (await readAll(places)).find((candidate) => candidate.id === id);
  if (record === undefined) throw new KeysCommandError(`There is no key '${id}'. 'npm run keys -- list' shows them.`);
  if (record.revokedAtMs !== undefined && record.revokedAtMs <= nowMs)
    throw new KeysCommandError(`${id} has been revoked at ${new Date(record.revokedAtMs).toISOString()}.`);
  return record;
}

/** A key that ends earlier already keeps its earlier end. With a successor its jobs go on under that. */
function endKey(records: readonly KeyRecord[], id: string, endsAtMs: number, replacedBy?: string): KeyRecord[] {
  return records.map((record) =>
    record.id === id
      ? {
          ...record,
          revokedAtMs: Math.min(record.revokedAtMs ?? Infinity, endsAtMs),
          replacedBy: replacedBy ?? record.replacedBy,
        }
      : record,
  );
}

async function readAll(places: readonly KeysPlace[]): Promise<KeyRecord[]> {
  const found = new Map<string, KeyRecord>();
  for (const place of places)
    for (const record of await place.read()) found.set(record.id, found.get(record.id) ?? record);
  return [...found.values()];
}

async function updateAll(
  places: readonly KeysPlace[],
  change: (records: readonly KeyRecord[]) => readonly KeyRecord[],
): Promise<void> {
  for (const place of places) await place.update(change);
}

/** A hash is no key, but nobody needs to see it. */
function toListed(record: KeyRecord): object {
  const { hash: _hash, ...shown } = toEntry(record);
  return shown;
}

import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../../setup/test-environment.js';
import { runKeys } from './run-keys.js';

/** A keys file of a test's own, with a key per tenant. */
export interface TenantKeys {
  /** What the system is started with. */
  readonly keyPepper: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The keys themselves, by tenant; their ids are `key-{tenant}`. */
  readonly keys: Readonly<Record<string, string>>;
  /** `npm run keys -- …` as an operator would. @returns what it prints */
  command(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function writeTenantKeys(tenants: readonly string[]): Promise<TenantKeys> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  const path = join(folder, 'keys.json');
  const keyPepper = randomBytes(24).toString('hex');
  const keys = Object.fromEntries(tenants.map((tenant) => [tenant, `sk-sluice-${randomBytes(24).toString('hex')}`]));
  const entries = Object.entries(keys).map(([tenant, key]) => ({
    id: `key-${tenant}`,
    hash: createHmac('sha256', keyPepper).update(key).digest('hex'),
    tenant,
    createdAt: '2026-01-01T00:00:00Z',
  }));
  await writeFile(`${path}.new`, JSON.stringify(entries));
  await rename(`${path}.new`, path);
  return {
    keyPepper,
    environment: { SLUICE_KEYS_FILE: path, SLUICE_KEYS_RELOAD_MS: '200' },
    keys,
    command: async (...args) =>
      await runKeys({ ...cleanEnvironment(), SLUICE_KEYS_FILE: path, SLUICE_KEY_PEPPER: keyPepper }, ...args),
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}

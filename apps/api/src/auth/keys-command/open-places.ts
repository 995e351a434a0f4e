import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readChoice, readOptionalString, readString, type Environment } from '#platform';
import { readStorageConfig, S3ObjectStore } from '#storage';
import { KeyHasher } from '../key-hasher.js';
import { KEYS_FILE, KEYS_STORES, MIN_PEPPER_LENGTH } from '../keys.config.js';
import { FileKeysPlace } from './file-keys-place.js';
import { KeysCommandError } from './keys-command-error.js';
import type { KeysPlace } from './keys-place.port.js';
import { StoreKeysPlace } from './store-keys-place.js';

/** The places that the api reads keys from under the same settings. */
export function openPlaces(environment: Environment): readonly KeysPlace[] {
  const named = readOptionalString(environment, 'SLUICE_KEYS_FILE');
  const store = readChoice(environment, 'SLUICE_KEYS_STORE', KEYS_STORES, 'none');
  const places: KeysPlace[] = [];
  if (store === 's3') {
    const config = readStorageConfig(environment);
    places.push(new StoreKeysPlace(new S3ObjectStore(config), config.bucket));
  }
  if (named !== undefined || store === 'none')
    places.push(new FileKeysPlace(named ?? join(homeOf(environment), KEYS_FILE)));
  return places;
}

/** @throws KeysCommandError when there is no pepper: keys hashed without the api's would be refused by it. */
export async function openHasher(environment: Environment): Promise<KeyHasher> {
  const pepper = readOptionalString(environment, 'SLUICE_KEY_PEPPER') ?? (await readKept(homeOf(environment)));
  if (pepper === undefined || pepper.length < MIN_PEPPER_LENGTH) {
    throw new KeysCommandError(
      `SLUICE_KEY_PEPPER is not set. Set it to the api's own (at least ${MIN_PEPPER_LENGTH} characters), ` +
        `or run 'npm start' once, which makes one for this machine.`,
    );
  }
  return new KeyHasher(pepper);
}

function homeOf(environment: Environment): string {
  return readString(environment, 'SLUICE_HOME', '.sluice');
}

/** What `npm start` has made and keeps. */
async function readKept(home: string): Promise<string | undefined> {
  try {
    return (await readFile(join(home, 'key-pepper'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

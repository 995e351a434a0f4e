import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '#platform';
import { Catalog } from './catalog.js';
import { parseCatalog, type LimitDefaults } from './parse-catalog.js';
import type { ReadVariable } from './read-target.js';

/** @throws ConfigurationError when the file cannot be read or makes no sense. */
export async function loadCatalog(
  path: string,
  defaults?: LimitDefaults,
  readVariable?: ReadVariable,
): Promise<Catalog> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `${path}: the model catalog cannot be read (${(error as NodeJS.ErrnoException).code}). Set SLUICE_CATALOG to its path.`,
      { cause: error },
    );
  }
  return new Catalog(parseCatalog(text, path, defaults, readVariable), Math.floor(Date.now() / 1000));
}

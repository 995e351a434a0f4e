import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface TemporaryCatalog {
  readonly path: string;
  remove(): Promise<void>;
}

/** The example catalog and what a test adds to it. */
export async function writeCatalog(models: readonly object[]): Promise<TemporaryCatalog> {
  const example = parse(await readFile('sluice.yaml', 'utf8')) as { readonly models: readonly object[] };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  const path = join(folder, 'sluice.yaml');
  await writeFile(path, JSON.stringify({ models: [...example.models, ...models] }));
  return { path, remove: async () => await rm(folder, { recursive: true, force: true }) };
}

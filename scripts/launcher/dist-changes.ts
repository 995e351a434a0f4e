import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PartName } from '#scripts/launcher/part';

/** When each compiled file was written, by its path below dist. */
export type Outputs = ReadonlyMap<string, number>;

const USERS_OF_LIBS: readonly PartName[] = ['worker', 'api'];

export function snapshotOutputs(root: string): Outputs {
  const dist = join(root, 'dist');
  const paths = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  return new Map(paths.map((path) => [path.replaceAll('\\', '/'), statSync(join(dist, path)).mtimeMs]));
}

/** The parts that run other code than before. */
export function changedSince(before: Outputs, now: Outputs): readonly PartName[] {
  const parts = new Set<PartName>();
  for (const [path, mtimeMs] of now) {
    if (before.get(path) === mtimeMs) continue;
    if (path.startsWith('libs/')) for (const name of USERS_OF_LIBS) parts.add(name);
    const app = /^apps\/(api|worker|local-aws)\//.exec(path)?.[1];
    if (app !== undefined) parts.add(app as PartName);
  }
  return [...parts];
}

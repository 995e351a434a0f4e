import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './run-step.mjs';

const STAMP = join('dist', '.sluice-built');
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** @param {string} root folder of the clone */
export function isBuilt(root) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && outputsExist(root) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/**
 * @param {string} root folder of the clone
 * @param {string} node the Node that runs the compiler
 */
export async function build(root, node) {
  // Taken before the compiler reads the sources: an edit during the build makes the next start build again.
  const sources = fingerprint(root);
  // The incremental compiler does not write again what it believes to have written.
  if (outputsExist(root)) rmSync(join(root, STAMP), { force: true });
  else rmSync(join(root, 'dist'), { recursive: true, force: true });
  await runStep({
    root,
    name: 'build',
    title: 'Building (tsc)',
    command: node,
    args: [join('node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    environment: process.env,
    isCause: (line) => / error TS\d+: |^error TS/.test(line),
  });
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, STAMP), sources);
}

function outputsExist(root) {
  return folders(join(root, 'apps')).every((app) => existsSync(join(root, 'dist', 'apps', app, 'src', 'main.js')));
}

/** Names, sizes and times of everything that the build reads: some milliseconds, where reading it all would take longer. */
function fingerprint(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const name of SETTINGS) if (existsSync(join(root, name))) add(name);
  for (const top of ['apps', 'libs']) for (const path of sourcesBelow(root, top)) add(path);
  return hash.digest('hex');
}

function sourcesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'testing' ? [] : sourcesBelow(root, path);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts') ? [path] : [];
    });
}

function folders(path) {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

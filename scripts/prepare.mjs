/**
 * Makes a clone ready to run, then runs a command with the project's own Node:
 *
 *     node scripts/prepare.mjs                       installs and builds what is missing
 *     node scripts/prepare.mjs scripts/start.ts      the same, then `node scripts/start.ts`
 *
 * Plain JavaScript without dependencies: on a clean clone it runs on whatever Node the machine has, from 18 on.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './prepare/build.mjs';
import { findNode } from './prepare/find-node.mjs';
import { install, isInstalled } from './prepare/install.mjs';
import { acquireLock } from './prepare/lock.mjs';
import { PrepareError } from './prepare/prepare-error.mjs';
import { runCommand } from './prepare/run-command.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = process.argv.slice(2);

async function prepare() {
  if (isInstalled(root) && isBuilt(root)) return;
  const release = await acquireLock(root);
  try {
    if (!isInstalled(root)) await install(root);
    if (!isBuilt(root)) await build(root, findNode(root));
  } finally {
    release();
  }
}

try {
  await prepare();
  if (command.length > 0) process.exitCode = await runCommand(findNode(root), command, root);
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

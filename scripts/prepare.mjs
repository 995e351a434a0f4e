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
import { findNode } from './prepare/find-node.mjs';
import { prepareClone } from './prepare/prepare-clone.mjs';
import { PrepareError } from './prepare/prepare-error.mjs';
import { runCommand } from './prepare/run-command.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = process.argv.slice(2);

try {
  await prepareClone(root);
  if (command.length > 0) process.exitCode = await runCommand(findNode(root), command, root);
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

#!/usr/bin/env node
/**
 * The command line, `npx sluice …` or `npm run sluice -- …`: prepares the clone if need be, and runs what was built with the
 * project's own Node, in the folder where it was called. Runs on whatever Node the machine has, from 18 on.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './prepare/find-node.mjs';
import { prepareClone } from './prepare/prepare-clone.mjs';
import { PrepareError } from './prepare/prepare-error.mjs';
import { runCommand } from './prepare/run-command.mjs';

const NOT_PREPARED = 2;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// `npm run` changes to the clone; `npx` and a plain call stay where they are.
const isScript = process.env.npm_lifecycle_event === 'sluice';
const folder = (isScript ? process.env.INIT_CWD : undefined) ?? process.cwd();
const main = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');

try {
  await prepareClone(root);
  process.exitCode = await runCommand(findNode(root), [main, ...process.argv.slice(2)], folder);
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = NOT_PREPARED;
}

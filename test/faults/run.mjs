/**
 * Runs the fault suite: `npm run test:faults [-- [--seeds <how many>] [--seed <the first>] [<vitest arguments>]]`.
 * `--seed 7` repeats what a failure of seed 7 did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const given = process.argv.slice(2);

/** Takes an option and its number out of what is handed on to Vitest. */
function takeNumber(name, fallback) {
  const at = given.indexOf(name);
  if (at < 0) return fallback;
  const [, value] = given.splice(at, 2);
  if (!/^[1-9][0-9]*$/.test(value ?? '')) throw new Error(`${name} needs a number of at least 1`);
  return value;
}

const environment = {
  ...process.env,
  SLUICE_FAULT_SEEDS: takeNumber('--seeds', process.env.SLUICE_FAULT_SEEDS ?? '1'),
  SLUICE_FAULT_SEED: takeNumber('--seed', process.env.SLUICE_FAULT_SEED ?? '1'),
};
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', '--config', join(folder, 'vitest.config.ts'), ...given], {
  cwd: root,
  env: environment,
  stdio: 'inherit',
});
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;

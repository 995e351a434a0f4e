/** Installs the clients where they are missing, then runs them: `npm run test:clients [-- <vitest arguments>]`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));

async function run(command, parameters, options = {}) {
  const child = spawn(command, parameters, { cwd: root, stdio: 'inherit', ...options });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

async function main() {
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    const installed = await run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
      shell: process.platform === 'win32',
    });
    if (installed !== 0) return installed;
  }
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return await run(process.execPath, [
    vitest,
    'run',
    '--config',
    join(folder, 'vitest.config.ts'),
    ...process.argv.slice(2),
  ]);
}

process.exitCode = await main();

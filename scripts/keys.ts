/** `npm run keys -- create|list|rotate|revoke …`: the API keys of this installation, wherever its api reads them from. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// What was built, since the api's sources name each other as they are called once built.
const built = new URL('../dist/apps/api/src/auth/keys-command/run-keys-command.js', import.meta.url);

try {
  const { runKeysCommand } = (await import(
    built.href
  )) as typeof import('../apps/api/src/auth/keys-command/run-keys-command.js');
  const environment = { ...process.env, SLUICE_HOME: resolve(root, process.env['SLUICE_HOME'] || '.sluice') };
  await runKeysCommand(process.argv.slice(2), environment, (line) => console.log(line));
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

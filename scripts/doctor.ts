/**
 * `npm run doctor`: looks at everything that api and worker would need, with the environment that they would get, and
 * says what to do about each finding. Exit code 1 when something has to be put right.
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ConfigurationReader } from '#scripts/doctor/check-configuration';
import { examine } from '#scripts/doctor/examine';
import { readOptions, USAGE } from '#scripts/doctor/read-options';
import { renderFindings, renderJson } from '#scripts/doctor/render-findings';

/** Longer than any single question may take, so that each can still say what is wrong. */
const EXAMINATION_TIMEOUT_MS = 45_000;
const USAGE_EXIT_CODE = 2;

/** The reader of a process is code of that process; it is found where the build has put it. */
async function loadReader(app: string, name: string): Promise<ConfigurationReader> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const file = pathToFileURL(join(root, 'dist/apps', app, 'src/config.js')).href;
  const module = (await import(file)) as Record<string, ConfigurationReader['read'] | undefined>;
  const read = module[name];
  if (read === undefined) throw new Error(`${file} does not export ${name}; build again with \`npm run build\`.`);
  return { process: app, read };
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(USAGE_EXIT_CODE);
}
const findings = await examine({
  environment: process.env,
  signal: AbortSignal.timeout(EXAMINATION_TIMEOUT_MS),
  calls: options.calls,
  readers: await Promise.all([loadReader('api', 'readApiConfig'), loadReader('worker', 'readWorkerConfig')]),
});
process.stdout.write(`${options.json ? renderJson(findings) : renderFindings(findings)}\n`);
// Pooled connections would keep the process for their idle time.
process.exit(findings.some(({ status }) => status === 'failure') ? 1 : 0);

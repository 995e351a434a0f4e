import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readRunFile } from '#scripts/launcher/run-file';

export interface Sluice {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

const HOW_TO_START =
  'Start it in another terminal with `npm start`, or name one that runs: SLUICE_BASE_URL=http://host:8080/v1 SLUICE_API_KEY=sk-… npm run example';

/** SLUICE_BASE_URL and SLUICE_API_KEY, or the system that `npm start` runs from this folder. */
export async function findSluice(environment: NodeJS.ProcessEnv, root: string): Promise<Sluice> {
  const home = resolve(root, environment['SLUICE_HOME'] || '.sluice');
  const baseUrl = environment['SLUICE_BASE_URL'] || (await readRunFile(home))?.baseUrl;
  if (baseUrl === undefined) throw new Error(`Sluice does not run in ${home}. ${HOW_TO_START}`);
  const apiKey = environment['SLUICE_API_KEY'] || (await readKey(home));
  try {
    await fetch(`${baseUrl}/models`, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new Error(`Nothing answers at ${baseUrl}. ${HOW_TO_START}`, { cause: error });
  }
  return { baseUrl: baseUrl.replace(/\/$/, ''), apiKey };
}

async function readKey(home: string): Promise<string> {
  const path = join(home, 'api-key');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new Error(`No API key: SLUICE_API_KEY is not set and ${path} cannot be read.`, { cause: error });
  }
}

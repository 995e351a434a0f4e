import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';

export interface ServerPlace {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface ServerSources {
  /** What the command line says. */
  readonly options: { readonly baseUrl?: string | undefined; readonly apiKey?: string | undefined };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the clone, below which `npm start` keeps its state. */
  readonly root: string;
  /** Told where a default comes from. */
  readonly say: (text: string) => void;
}

const HOW =
  'Name it: --base-url http://host:8080/v1 --api-key sk-…, or OPENAI_BASE_URL and OPENAI_API_KEY, or start one here with `npm start`.';

/**
 * The server that is named by option, by `SLUICE_BASE_URL` or `OPENAI_BASE_URL`, or else the one that `npm start` runs here.
 * The key of the one that runs here is sent nowhere else, and `OPENAI_API_KEY` never there: it may well be OpenAI's.
 *
 * @throws Failure
 */
export async function findServer(sources: ServerSources): Promise<ServerPlace> {
  const { options, environment } = sources;
  const named = options.baseUrl ?? (environment['SLUICE_BASE_URL'] || environment['OPENAI_BASE_URL']);
  const given = options.apiKey ?? environment['SLUICE_API_KEY'];
  if (!named) return await findLocal(sources, given);
  const apiKey = given || environment['OPENAI_API_KEY'];
  if (apiKey) return { baseUrl: checkUrl(named), apiKey };
  throw new Failure(`There is no API key for ${named}. Give --api-key, or set OPENAI_API_KEY.`, EXIT_CODES.usage);
}

async function findLocal({ environment, root, say }: ServerSources, given: string | undefined): Promise<ServerPlace> {
  const home = resolve(root, environment['SLUICE_HOME'] || '.sluice');
  const running = await readIfThere(join(home, 'run.json'));
  if (running === undefined) {
    throw new Failure(`Which Sluice? None is named, and none runs in ${home}. ${HOW}`, EXIT_CODES.usage);
  }
  const { baseUrl } = JSON.parse(running) as { readonly baseUrl: string };
  const apiKey = given || (await readIfThere(join(home, 'api-key')))?.trim();
  if (!apiKey) throw new Failure(`There is no API key in ${home}. ${HOW}`, EXIT_CODES.usage);
  const whose = given ? '' : `, with the key in ${join(home, 'api-key')}`;
  say(`Using the Sluice that runs here, ${baseUrl}${whose}`);
  return { baseUrl: checkUrl(baseUrl), apiKey };
}

function checkUrl(text: string): string {
  const { protocol } = URL.parse(text) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return text.replace(/\/+$/, '');
  throw new Failure(`'${text}' is no base URL. It looks like http://127.0.0.1:8080/v1.`, EXIT_CODES.usage);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Failure(`${path} cannot be read (${code}).`, EXIT_CODES.usage, { cause: error });
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServer, type ServerPlace, type ServerSources } from './find-server.js';

describe('the server', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sluice-home-'));
    await writeFile(join(root, 'run.json'), JSON.stringify({ baseUrl: 'http://local/v1' }));
    await writeFile(join(root, 'api-key'), 'sk-local\n');
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  const find = async (
    options: ServerSources['options'],
    environment: ServerSources['environment'] = {},
  ): Promise<ServerPlace & { said: string[] }> => {
    const said: string[] = [];
    const place = await findServer({
      options,
      environment: { SLUICE_HOME: root, ...environment },
      root,
      say: (text) => void said.push(text),
    });
    return { ...place, said };
  };

  it('is what the command line names, before what the environment does', async () => {
    const environment = { OPENAI_BASE_URL: 'http://b/v1', OPENAI_API_KEY: 'sk-b', SLUICE_API_KEY: 'sk-c' };
    expect(await find({ baseUrl: 'http://a/v1/', apiKey: 'sk-a' }, environment)).toEqual({
      baseUrl: 'http://a/v1',
      apiKey: 'sk-a',
      said: [],
    });
    expect(await find({}, environment)).toMatchObject({ baseUrl: 'http://b/v1', apiKey: 'sk-c' });
    expect(await find({}, { ...environment, SLUICE_API_KEY: '' })).toMatchObject({ apiKey: 'sk-b' });
    expect(await find({}, { ...environment, SLUICE_BASE_URL: 'http://d' })).toMatchObject({ baseUrl: 'http://d' });
  });

  it('is the one that runs here where none is named, and that is said', async () => {
    expect(await find({})).toEqual({
      baseUrl: 'http://local/v1',
      apiKey: 'sk-local',
      said: [`Using the Sluice that runs here, http://local/v1, with the key in ${join(root, 'api-key')}`],
    });
  });

  it('that runs here never gets the key of OpenAI, and another never the key from here', async () => {
    expect(await find({}, { OPENAI_API_KEY: 'sk-openai' })).toMatchObject({ apiKey: 'sk-local' });
    await expect(find({ baseUrl: 'http://a/v1' })).rejects.toMatchObject({ exitCode: 2 });
  });
});

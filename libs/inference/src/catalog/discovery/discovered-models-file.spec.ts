import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refusalOf } from '../../testing/refusal-of.js';
import { deployed, ScriptedSource } from '../../testing/scripted-source.js';
import { listedIds, startDiscovery } from '../../testing/start-discovery.js';

async function cacheFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-discovery-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'deep', 'models.json');
}

describe('The file of discovered models', () => {
  it('starts from its file while AWS hangs, which holds no key', async () => {
    const cachePath = await cacheFile();
    const source = new ScriptedSource();
    source.models = [
      deployed('a/dev'),
      deployed('secret/dev', { hasKey: true }),
      deployed('c/dev', { unavailable: 'Failed' }),
    ];
    source.keys = { 'secret/dev': 'the-key' };
    await (await startDiscovery(source, { cachePath })).close();
    expect((await stat(cachePath)).mode & 0o777).toBe(0o600);
    expect(await readFile(cachePath, 'utf8')).not.toContain('the-key');

    const hanging = new ScriptedSource();
    hanging.gate = new Promise(() => undefined);
    const discovery = await startDiscovery(hanging, { cachePath });

    expect(listedIds(discovery)).toEqual(['mine/dev', 'a/dev', 'secret/dev']);
    expect(discovery.keys.keyFor('secret/dev')).toBeUndefined();
    expect(discovery.keys.awaited()).toEqual(['secret/dev']);
    expect(refusalOf(() => discovery.catalog.resolve('c')).status).toBe(503);
    await discovery.close();
    expect(hanging.closed).toBe(true);
  });

  it.each(['', '{', '{"version":2,"models":[]}', '{"version":1,"models":[{"id":"x"}]}'])(
    'asks AWS when its file is damaged: %j',
    async (text) => {
      const cachePath = await cacheFile();
      const source = new ScriptedSource();
      source.models = [deployed('a/dev')];
      await (await startDiscovery(source, { cachePath })).close();
      await writeFile(cachePath, text);

      expect(listedIds(await startDiscovery(source, { cachePath }))).toEqual(['mine/dev', 'a/dev']);
      expect(await readFile(cachePath, 'utf8')).toContain('a/dev');
    },
  );
});

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRegistry } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { deployed, ScriptedSource } from '../../testing/scripted-source.js';
import { listedIds, startDiscovery } from '../../testing/start-discovery.js';
import { digestOfKey } from './read-emd-keys.js';

async function cacheFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-discovery-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'deep', 'models.json');
}

describe('The file of discovered models', () => {
  it('starts from its file while AWS hangs, which holds no key where nothing seals it', async () => {
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

  const hangingSource = (): ScriptedSource => {
    const source = new ScriptedSource();
    source.gate = new Promise(() => undefined);
    return source;
  };

  it('says how old its models are, while AWS does not answer', async () => {
    const cachePath = await cacheFile();
    const source = new ScriptedSource();
    source.models = [deployed('a/dev')];
    await (await startDiscovery(source, { cachePath })).close();
    const content = JSON.parse(await readFile(cachePath, 'utf8')) as Record<string, unknown>;
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await writeFile(cachePath, JSON.stringify({ ...content, readAt: anHourAgo }));
    const registry = createRegistry({ processMetrics: false });

    const discovery = await startDiscovery(hangingSource(), { cachePath }, registry);

    expect(discovery.ageSeconds()).toBeGreaterThanOrEqual(3600);
    expect(discovery.ageSeconds()).toBeLessThan(3700);
    expect(await registry.metrics()).toMatch(/^sluice_discovery_age_seconds 36\d\d\./m);
  });

  it('is as young as the last answer, also when nothing has changed', async () => {
    const cachePath = await cacheFile();
    const source = new ScriptedSource();
    const discovery = await startDiscovery(source, { cachePath });
    const readAt = async (): Promise<unknown> =>
      (JSON.parse(await readFile(cachePath, 'utf8')) as Record<string, unknown>)['readAt'];
    const first = await readAt();

    await expect
      .poll(async () => {
        await discovery.refreshNow();
        return (await readAt()) !== first;
      })
      .toBe(true);
  });

  describe('with a pepper', () => {
    const cachePepper = 'a pepper of the test, long enough';
    const remember = async (): Promise<string> => {
      const cachePath = await cacheFile();
      const source = new ScriptedSource();
      source.models = [deployed('secret/dev', { hasKey: true })];
      source.keys = { 'secret/dev': 'the-key' };
      await (await startDiscovery(source, { cachePath, cachePepper })).close();
      return cachePath;
    };

    it('a start while AWS hangs knows the last good keys, from a file that only the pepper opens', async () => {
      const cachePath = await remember();
      const stored = await readFile(`${cachePath}.keys`, 'utf8');
      expect((await stat(`${cachePath}.keys`)).mode & 0o777).toBe(0o600);
      for (const secret of ['the-key', 'secret/dev', digestOfKey('the-key').toString('base64')])
        expect(stored).not.toContain(secret);

      const discovery = await startDiscovery(hangingSource(), { cachePath, cachePepper });
      expect(discovery.keys.keyFor('secret/dev')).toEqual(digestOfKey('the-key'));
      expect(discovery.keys.awaited()).toEqual([]);

      const other = await startDiscovery(hangingSource(), { cachePath, cachePepper: 'another pepper of the test' });
      expect(other.keys.keyFor('secret/dev')).toBeUndefined();
    });

    it('keys of a file go stale like others, and nobody makes them young again', async () => {
      const cachePath = await remember();
      const stale = await startDiscovery(hangingSource(), { cachePath, cachePepper, keysStaleAfterMs: 0 });
      expect(stale.keys.keyFor('secret/dev')).toBeUndefined();

      const content = JSON.parse(await readFile(`${cachePath}.keys`, 'utf8')) as Record<string, unknown>;
      const later = new Date(Date.now() + 3_600_000).toISOString();
      await writeFile(`${cachePath}.keys`, JSON.stringify({ ...content, readAt: later }));
      const forged = await startDiscovery(hangingSource(), { cachePath, cachePepper });
      expect(forged.keys.keyFor('secret/dev')).toBeUndefined();
    });

    it('keys that were taken away are forgotten', async () => {
      const cachePath = await remember();
      const source = new ScriptedSource();
      source.models = [deployed('secret/dev', { hasKey: true })];
      await (await startDiscovery(source, { cachePath, cachePepper })).refreshNow();

      const discovery = await startDiscovery(hangingSource(), { cachePath, cachePepper });
      expect(discovery.keys.keyFor('secret/dev')).toBeUndefined();
    });
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

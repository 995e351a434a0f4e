import { describe, expect, it } from 'vitest';
import { deployed, ScriptedSource } from '../../testing/scripted-source.js';
import { startDiscovery } from '../../testing/start-discovery.js';
import { digestOfKey } from './read-emd-keys.js';

describe('The keys of single models', () => {
  it('B11: a failed look-up of keys opens nothing and forgets nothing', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('secret/dev', { hasKey: true })];
    source.keys = { 'secret/dev': 'k1' };
    const discovery = await startDiscovery(source);
    expect(discovery.keys.keyFor('secret/dev')).toEqual(digestOfKey('k1'));

    source.failKeys = new Error('AWS is down');
    await discovery.refreshNow();
    expect(discovery.keys.keyFor('secret/dev')).toEqual(digestOfKey('k1'));
    expect(discovery.keys.keyFor('other/dev')).toBeUndefined();

    source.failKeys = undefined;
    source.keys = { 'secret/dev': 'k2' };
    await discovery.refreshNow();
    expect(discovery.keys.keyFor('secret/dev')).toEqual(digestOfKey('k2'));
  });

  it('B11: keys stop working when they could not be read for too long', async () => {
    const source = new ScriptedSource();
    source.keys = { 'a/dev': 'k1' };
    const discovery = await startDiscovery(source, { keysStaleAfterMs: 20 });

    await expect.poll(() => discovery.keys.keyFor('a/dev')).toBeUndefined();
    await discovery.refreshNow();
    expect(discovery.keys.keyFor('a/dev')).toEqual(digestOfKey('k1'));
  });

  it('B12: the key of a new model is read together with the model, and no key opens it before', async () => {
    const source = new ScriptedSource();
    const discovery = await startDiscovery(source);
    source.models = [deployed('new/dev', { hasKey: true })];
    source.failKeys = new Error('AccessDenied');
    await discovery.refreshNow();

    expect(discovery.catalog.find('new/dev')).toBeDefined();
    expect(discovery.keys.keyFor('new/dev')).toBeUndefined();
    expect(discovery.keys.awaited()).toEqual(['new/dev']);

    source.failKeys = undefined;
    source.models = [...source.models, deployed('newer/dev', { hasKey: true })];
    source.keys = { 'new/dev': 'k', 'newer/dev': 'l' };
    await discovery.refreshNow();
    expect(discovery.keys.keyFor('newer/dev')).toEqual(digestOfKey('l'));
    expect(discovery.keys.awaited()).toEqual([]);
  });
});

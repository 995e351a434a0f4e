import { describe, expect, it } from 'vitest';
import { createRegistry } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { deployed, ScriptedSource } from '../../testing/scripted-source.js';
import { listedIds, startDiscovery } from '../../testing/start-discovery.js';

describe('Discovery', () => {
  it('shows what is configured first and what is deployed after it', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('bge-m3/dev'), deployed('Qwen3-8B/prod')];
    const { catalog } = await startDiscovery(source);

    expect(catalog.list().map(({ id, type }) => `${id} ${type}`)).toEqual([
      'mine/dev chat',
      'bge-m3/dev embedding',
      'Qwen3-8B/prod chat',
    ]);
    expect(catalog.resolve('bge-m3').target.endpoint).toBe('bge-m3-dev-endpoint');
    expect(catalog.created).toBe(1_700_000_000);
  });

  it('lets a configured model win its name and its aliases, and the first of two deployments', async () => {
    const source = new ScriptedSource();
    const target = { kind: 'sagemaker', endpoint: 'first' } as const;
    source.models = [deployed('mine/dev'), deployed('nick/dev'), deployed('two/dev', { target }), deployed('two/dev')];
    const discovery = await startDiscovery(source);

    expect(listedIds(discovery)).toEqual(['mine/dev', 'two/dev']);
    expect(discovery.catalog.resolve('mine').target.endpoint).toBe('mine');
    expect(discovery.catalog.resolve('nick').id).toBe('mine/dev');
    expect(discovery.catalog.resolve('two').target.endpoint).toBe('first');
  });

  it('leaves out a deployment that cannot be called and keeps the others', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('not an id/dev'), deployed('good/dev')];

    expect(listedIds(await startDiscovery(source))).toEqual(['mine/dev', 'good/dev']);
  });

  it('B14: unknown names cause one look-up between them, and none for those who may be anyone', async () => {
    const source = new ScriptedSource();
    const discovery = await startDiscovery(source, { unknownIntervalMs: 3_600_000 });
    expect(source.modelReads).toBe(1);
    for (const name of ['a', 'b', 'c']) {
      expect(refusalOf(() => discovery.catalogForCallers.resolve(name)).code).toBe('model_not_found');
      expect(refusalOf(() => discovery.catalog.resolve(name)).code).toBe('model_not_found');
    }
    expect(source.modelReads).toBe(1);

    const eager = await startDiscovery(source, { unknownIntervalMs: 0 });
    expect(source.modelReads).toBe(2);
    refusalOf(() => eager.catalog.resolve('a'));
    expect(source.modelReads).toBe(2);
    let open = (): void => undefined;
    source.gate = new Promise((resolve) => (open = resolve));
    for (const name of ['a', 'b', 'c']) refusalOf(() => eager.catalogForCallers.resolve(name));
    expect(source.modelReads).toBe(3);
    source.models = [deployed('a/dev')];
    open();
    await eager.refreshNow();
    expect(eager.catalogForCallers.resolve('a').id).toBe('a/dev');
  });

  it('B15: a look-up that hangs holds nobody up', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('a/dev')];
    const discovery = await startDiscovery(source);
    let open = (): void => undefined;
    source.gate = new Promise((resolve) => (open = resolve));
    source.models = [deployed('b/dev')];
    const refresh = discovery.refreshNow();

    expect(listedIds(discovery)).toEqual(['mine/dev', 'a/dev']);
    expect(discovery.catalog.resolve('a').id).toBe('a/dev');
    expect(discovery.refreshNow()).toBe(refresh);
    open();
    await refresh;
    expect(listedIds(discovery)).toEqual(['mine/dev', 'b/dev']);
    expect(source.modelReads).toBe(2);
  });

  it('B17: a model whose deployment is gone leaves the list', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('a/dev'), deployed('b/dev')];
    const discovery = await startDiscovery(source);
    source.models = [deployed('b/dev')];
    await discovery.refreshNow();

    expect(listedIds(discovery)).toEqual(['mine/dev', 'b/dev']);
    expect(refusalOf(() => discovery.catalog.resolve('a')).status).toBe(404);
  });

  it('B18: a model that is not in service leaves the list and is 503 by name, by which it is found again', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('a/dev', { unavailable: 'Creating' })];
    const discovery = await startDiscovery(source);

    expect(listedIds(discovery)).toEqual(['mine/dev']);
    const error = refusalOf(() => discovery.catalog.resolve('a'));
    expect(error).toMatchObject({ status: 503, reason: 'upstream_unavailable', retryAfterSeconds: 60 });
    expect(error.message).toContain('Creating');
    source.models = [deployed('a/dev')];
    await discovery.refreshNow();
    expect(discovery.catalog.resolve('a').id).toBe('a/dev');
  });

  it('B35: starts on the configured models alone when AWS cannot be asked, and keeps the last good ones later', async () => {
    const source = new ScriptedSource();
    source.failModels = new Error('Rate exceeded');
    const discovery = await startDiscovery(source);
    expect(listedIds(discovery)).toEqual(['mine/dev']);
    expect(discovery.ageSeconds()).toBeUndefined();

    source.failModels = undefined;
    source.models = [deployed('a/dev')];
    await discovery.refreshNow();
    source.failModels = new Error('Rate exceeded');
    await discovery.refreshNow();
    expect(listedIds(discovery)).toEqual(['mine/dev', 'a/dev']);
    expect(discovery.ageSeconds()).toBeGreaterThanOrEqual(0);
  });

  it('looks again by itself', async () => {
    const source = new ScriptedSource();
    await startDiscovery(source, { intervalMs: 5 });

    await expect.poll(() => source.modelReads).toBeGreaterThan(3);
  });

  it('starts while the first look-up is still under way, and shows what it finds', async () => {
    const source = new ScriptedSource();
    let open = (): void => undefined;
    source.gate = new Promise((resolve) => (open = resolve));
    source.models = [deployed('a/dev')];
    const discovery = await startDiscovery(source, { startWaitMs: 20 });
    expect(listedIds(discovery)).toEqual(['mine/dev']);
    open();
    await discovery.refreshNow();

    expect(listedIds(discovery)).toEqual(['mine/dev', 'a/dev']);
  });

  it('keeps the entries of a look-up that found nothing new', async () => {
    const source = new ScriptedSource();
    source.models = [deployed('a/dev')];
    const discovery = await startDiscovery(source);
    const before = discovery.catalog.resolve('a');
    source.models = [deployed('a/dev')];
    await discovery.refreshNow();
    expect(discovery.catalog.resolve('a')).toBe(before);

    source.models = [deployed('a/dev', { engine: 'tgi' })];
    await discovery.refreshNow();
    expect(discovery.catalog.resolve('a').options).toEqual({ extraBody: true });
  });

  it('gives up a look-up that takes too long, and the next one works', async () => {
    const source = new ScriptedSource();
    source.gate = new Promise(() => undefined);
    source.models = [deployed('a/dev')];
    const discovery = await startDiscovery(source, { timeoutMs: 20 });
    expect(listedIds(discovery)).toEqual(['mine/dev']);
    source.gate = Promise.resolve();
    await discovery.refreshNow();

    expect(listedIds(discovery)).toEqual(['mine/dev', 'a/dev']);
  });

  it('shows the age of what it knows as a metric', async () => {
    const registry = createRegistry({ processMetrics: false });
    const source = new ScriptedSource();
    source.failModels = new Error('down');
    const discovery = await startDiscovery(source, {}, registry);
    expect(await registry.metrics()).toContain('sluice_discovery_age_seconds -1');
    source.failModels = undefined;
    await discovery.refreshNow();

    expect(await registry.metrics()).toMatch(/sluice_discovery_age_seconds 0/);
  });
});

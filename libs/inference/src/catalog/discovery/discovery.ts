import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, Gauge, type Logger, type Registry } from '#platform';
import { Catalog } from '../catalog.js';
import type { ModelEntry } from '../model-entry.types.js';
import type { LimitDefaults } from '../parse-catalog.js';
import { AwsModelSource } from './aws-model-source.js';
import type { DiscoveredModel } from './discovered-model.js';
import type { DiscoveryConfig } from './discovery.config.js';
import { LastGood } from './last-good.js';
import { LiveCatalog } from './live-catalog.js';
import { mergeEntries, type LeftOut } from './merge-catalog.js';
import { ModelKeys } from './model-keys.js';
import type { ModelSource } from './model-source.port.js';
import { RefreshLoop } from './refresh-loop.js';
import type { EmdKeys } from './read-emd-keys.js';
import { toModelEntry } from './to-model-entry.js';

export interface DiscoveryParts {
  readonly config: DiscoveryConfig;
  /** The entries that an operator wrote down; these win. */
  readonly configured: Catalog;
  readonly defaults: LimitDefaults;
  readonly logger: Logger;
  readonly registry?: Registry;
  /** What is asked instead of AWS. */
  readonly source?: ModelSource;
}

/** Looks in the background for models that were deployed, and shows the last good answer meanwhile. */
export class Discovery {
  /** For readers who may be anyone: an unknown name costs nothing. */
  readonly catalog: Catalog;
  /** For callers who hold a key: an unknown name causes a look-up, once in a while. */
  readonly catalogForCallers: Catalog;
  /** EMD's keys for single models. */
  readonly keys: ModelKeys;
  private readonly views: readonly LiveCatalog[];
  private readonly source: ModelSource;
  private readonly lastGood: LastGood;
  private readonly loop: RefreshLoop;
  private lastLeftOut = '';
  private lastShown = '';
  private lastAwaited = '';
  /** Of the models that an earlier start has left. */
  private rememberedReadAtMs: number | undefined;

  private constructor(private readonly parts: DiscoveryParts) {
    const { config, configured, logger, registry } = parts;
    this.keys = new ModelKeys(config.keysStaleAfterMs);
    const open = new LiveCatalog(configured);
    const forCallers = new LiveCatalog(configured, () => this.loop.request());
    this.catalog = open;
    this.catalogForCallers = forCallers;
    this.views = [open, forCallers];
    this.source = parts.source ?? createSource(config, logger);
    this.lastGood = new LastGood(config, logger);
    this.loop = new RefreshLoop({ ...config, logger, refresh: (signal) => this.refresh(signal) });
    if (registry !== undefined) this.measure(registry);
  }

  /**
   * Never fails: without an answer the configured models serve alone. Waits for the first answer, for a while, where no
   * earlier one is on disk.
   */
  static async start(parts: DiscoveryParts): Promise<Discovery> {
    const discovery = new Discovery(parts);
    const remembers = await discovery.remember();
    const first = discovery.loop.start();
    if (!remembers) await endOrWait(first, parts.config.startWaitMs);
    return discovery;
  }

  /** Looks now, or joins the look-up that is under way. Failures are logged and counted, never thrown. */
  refreshNow(): Promise<void> {
    return this.loop.run();
  }

  /** Seconds since AWS last answered in full, an earlier start included; undefined when it never has. */
  ageSeconds(): number | undefined {
    const { rememberedReadAtMs: readAtMs } = this;
    return this.loop.ageSeconds() ?? (readAtMs === undefined ? undefined : (Date.now() - readAtMs) / 1000);
  }

  async close(): Promise<void> {
    await this.loop.close();
    this.source.close();
  }

  private async remember(): Promise<boolean> {
    const [models, keys] = await Promise.all([this.lastGood.readModels(), this.lastGood.readKeys()]);
    if (keys !== undefined) this.keys.replace(keys.keys, Math.max(0, Date.now() - keys.readAtMs));
    if (models === undefined) return false;
    this.rememberedReadAtMs = models.readAtMs;
    this.show(models.models, JSON.stringify(models.models));
    const readAt = new Date(models.readAtMs).toISOString();
    this.parts.logger.info({ models: models.models.length, readAt }, 'the last good models serve until AWS answers');
    return true;
  }

  /** Models and keys are asked for together and kept apart, so that the failure of one does not age the other. */
  private async refresh(signal: AbortSignal): Promise<void> {
    const models = this.source.readModels(signal).then((found) => this.accept(found));
    const keys = this.source.readKeys(signal).then(async (found: EmdKeys) => {
      this.keys.replace(found);
      await this.lastGood.keepKeys(found);
    });
    const failures = (await Promise.allSettled([models, keys])).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    this.reportAwaited();
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'neither models nor keys could be read');
  }

  private async accept(models: readonly DiscoveredModel[]): Promise<void> {
    const text = JSON.stringify(models);
    // Entries stay the same objects while nothing has changed.
    if (text !== this.lastShown) this.show(models, text);
    await this.lastGood.keepModels(models);
  }

  private show(models: readonly DiscoveredModel[], text: string): void {
    this.lastShown = text;
    const { configured } = this.parts;
    const rejected: LeftOut[] = [];
    const found = models.flatMap((model) => this.toEntries(model, rejected));
    const serving = found.filter(({ model }) => model.unavailable === undefined).map(({ entry }) => entry);
    const { entries, leftOut } = mergeEntries(configured.list(), serving);
    const catalog = new Catalog(entries, configured.created);
    const unavailable = new Map(
      found.flatMap(({ model: { id, unavailable: status } }) => (status === undefined ? [] : [[id, status] as const])),
    );
    this.keys.expect(models.filter(({ hasKey }) => hasKey).map(({ id }) => id));
    for (const view of this.views) view.replace({ catalog, unavailable });
    this.report([...rejected, ...leftOut]);
  }

  private toEntries(
    model: DiscoveredModel,
    rejected: LeftOut[],
  ): readonly { readonly model: DiscoveredModel; readonly entry: ModelEntry }[] {
    try {
      return [{ model, entry: toModelEntry(model, this.parts.defaults) }];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      rejected.push({ id: model.id, reason: error.message });
      return [];
    }
  }

  /** Says once what is left out, and again only when that changes. */
  private report(leftOut: readonly LeftOut[]): void {
    const text = JSON.stringify(leftOut);
    if (text === this.lastLeftOut) return;
    this.lastLeftOut = text;
    if (leftOut.length > 0) this.parts.logger.warn({ leftOut }, 'Some discovered models are not used');
  }

  private reportAwaited(): void {
    const awaited = this.keys.awaited();
    const text = awaited.join();
    if (text === this.lastAwaited) return;
    this.lastAwaited = text;
    if (awaited.length === 0) return;
    this.parts.logger.warn({ models: awaited }, 'Models were deployed with an API key that is not known yet');
  }

  private measure(registry: Registry): void {
    const gauge: Gauge = new Gauge({
      name: 'sluice_discovery_age_seconds',
      help: 'Time since AWS last answered which models are deployed, to an earlier start perhaps; -1 if it never has.',
      registers: [registry],
      collect: () => gauge.set(this.ageSeconds() ?? -1),
    });
  }
}

async function endOrWait(work: Promise<void>, waitMs: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, delay(waitMs, undefined, { signal: timer.signal })]);
  timer.abort();
}

function createSource(config: DiscoveryConfig, logger: Logger): ModelSource {
  const { mode, keysSecret, controlPlane } = config;
  const stacks = mode === 'emd' || mode === 'all';
  const tags = mode === 'tags' || mode === 'all';
  return new AwsModelSource({ stacks, tags, keysSecret, controlPlane }, logger);
}

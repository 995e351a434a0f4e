import type { Logger } from '#platform';
import type { DiscoveredModel } from './discovered-model.js';
import { DiscoveredKeysFile, type RememberedKeys } from './discovered-keys-file.js';
import { DiscoveredModelsFile, type RememberedModels } from './discovered-models-file.js';
import type { DiscoveryConfig } from './discovery.config.js';
import type { EmdKeys } from './read-emd-keys.js';

/** What AWS said last, on disk, for a start while it cannot be asked. */
export class LastGood {
  private readonly models: DiscoveredModelsFile | undefined;
  private readonly keys: DiscoveredKeysFile | undefined;
  private readonly failing = new Set<string>();

  constructor(
    { cachePath, cachePepper }: Pick<DiscoveryConfig, 'cachePath' | 'cachePepper'>,
    private readonly logger: Logger,
  ) {
    if (cachePath === undefined) return;
    this.models = new DiscoveredModelsFile(cachePath);
    if (cachePepper !== undefined) this.keys = new DiscoveredKeysFile(`${cachePath}.keys`, cachePepper);
  }

  /** Never throws: what cannot be read is as good as not there. */
  readModels(): Promise<RememberedModels | undefined> {
    return this.orNothing('models', () => this.models?.read() ?? Promise.resolve(undefined));
  }

  /** Never throws either. */
  readKeys(): Promise<RememberedKeys | undefined> {
    return this.orNothing('keys', () => this.keys?.read() ?? Promise.resolve(undefined));
  }

  /** Never throws: the models serve, whether they can be kept or not. Written anew each time, since their age counts. */
  async keepModels(models: readonly DiscoveredModel[]): Promise<void> {
    await this.keep('models', () => this.models?.write({ models, readAtMs: Date.now() }));
  }

  async keepKeys(keys: EmdKeys): Promise<void> {
    await this.keep('keys', () => this.keys?.write({ keys, readAtMs: Date.now() }));
  }

  private async orNothing<T>(what: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.logger.warn({ error }, `The ${what} that were discovered before cannot be read; asking AWS anew`);
      return undefined;
    }
  }

  private async keep(what: string, write: () => Promise<void> | undefined): Promise<void> {
    try {
      await write();
      this.failing.delete(what);
    } catch (error) {
      if (!this.failing.has(what))
        this.logger.warn({ error }, `The discovered ${what} could not be kept on disk for the next start`);
      this.failing.add(what);
    }
  }
}

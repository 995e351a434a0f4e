import type { DiscoveredModel } from './discovered-model.js';
import type { EmdKeys } from './read-emd-keys.js';

/** Where deployed models are looked up. Every call asks anew and throws what goes wrong; nothing is kept here. */
export abstract class ModelSource {
  /** In the order of preference, should two name the same model. */
  abstract readModels(signal: AbortSignal): Promise<readonly DiscoveredModel[]>;

  /** Digests of the keys that single models have. */
  abstract readKeys(signal: AbortSignal): Promise<EmdKeys>;

  abstract close(): void;
}

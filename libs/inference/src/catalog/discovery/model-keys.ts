import type { EmdKeys } from './read-emd-keys.js';

/**
 * The keys that EMD's deployments gave to single models. A failed look-up takes none away and adds none:
 * it leaves the last good ones, for as long as keys may be stale.
 */
export class ModelKeys {
  private digests: EmdKeys = new Map();
  private replacedAtMs = -Infinity;
  private deployedWithKey: readonly string[] = [];

  constructor(private readonly staleAfterMs: number) {}

  /** SHA-256 of the model's key, 32 bytes; undefined where the model has none, or it is not known (any more). */
  keyFor(modelId: string): Buffer | undefined {
    return performance.now() - this.replacedAtMs > this.staleAfterMs ? undefined : this.digests.get(modelId);
  }

  /** Models that were deployed with a key which is not known: their own key does not open them yet. */
  awaited(): readonly string[] {
    return this.deployedWithKey.filter((id) => this.keyFor(id) === undefined);
  }

  /** @param ageMs milliseconds since AWS gave them out */
  replace(keys: EmdKeys, ageMs = 0): void {
    this.digests = keys;
    this.replacedAtMs = performance.now() - ageMs;
  }

  expect(modelIds: readonly string[]): void {
    this.deployedWithKey = modelIds;
  }
}

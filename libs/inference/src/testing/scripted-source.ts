import type { DiscoveredModel } from '../catalog/discovery/discovered-model.js';
import { ModelSource } from '../catalog/discovery/model-source.port.js';
import { digestOfKey, type EmdKeys } from '../catalog/discovery/read-emd-keys.js';

/** A model that a deployment holds, with what a test does not say filled in. */
export function deployed(id: string, fields: Partial<DiscoveredModel> = {}): DiscoveredModel {
  const endpoint = `${id.replaceAll(/[^A-Za-z0-9]/g, '-')}-endpoint`;
  return {
    id,
    origin: `stack ${endpoint}`,
    target: { kind: 'sagemaker', endpoint },
    isAsync: false,
    engine: 'vllm',
    hasKey: false,
    ...fields,
  };
}

/** Answers what a test sets, fails when told to, and can be held back. */
export class ScriptedSource extends ModelSource {
  models: readonly DiscoveredModel[] = [];
  keys: Readonly<Record<string, string>> = {};
  failModels: Error | undefined;
  failKeys: Error | undefined;
  modelReads = 0;
  /** What each look-up waits for before it answers. */
  gate: Promise<void> = Promise.resolve();
  closed = false;

  override async readModels(signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
    this.modelReads++;
    await this.pass(signal);
    if (this.failModels !== undefined) throw this.failModels;
    return this.models;
  }

  override async readKeys(signal: AbortSignal): Promise<EmdKeys> {
    await this.pass(signal);
    if (this.failKeys !== undefined) throw this.failKeys;
    return new Map(Object.entries(this.keys).map(([id, key]) => [id, digestOfKey(key)]));
  }

  override close(): void {
    this.closed = true;
  }

  private pass(signal: AbortSignal): Promise<void> {
    const { gate } = this;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      gate.then(resolve, reject);
    });
  }
}

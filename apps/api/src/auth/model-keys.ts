import { createHash, timingSafeEqual } from 'node:crypto';
import { DEFAULT_TENANT } from './key-record.js';
import { toCaller, type Caller } from './caller.js';

/** Keys that open one model each, as Easy Model Deployer hands them out; whoever provides them keeps the last good ones. */
export interface ModelKeys {
  /** SHA-256 of the model's key, 32 bytes; `undefined` where the model has none or it is not known yet. */
  keyFor(modelId: string): Buffer | undefined;
}

/** Finds the caller of a model's own key. */
export class ModelKeyring {
  /** Where a key was last found. Only a hint, asked again each time, so a key that is taken back stops at once. */
  private readonly found = new Map<string, Caller & { readonly modelId: string }>();

  constructor(
    private readonly keys: ModelKeys,
    private readonly listModels: () => readonly { readonly id: string }[],
  ) {}

  find(key: string): Caller | undefined {
    const digest = createHash('sha256').update(key).digest();
    const name = digest.toString('latin1');
    const known = this.found.get(name);
    if (known !== undefined && this.opens(known.modelId, digest)) return known;
    this.found.delete(name);
    const model = this.listModels().find(({ id }) => this.opens(id, digest));
    if (model === undefined) return undefined;
    const caller = { ...modelCaller(model.id), modelId: model.id };
    this.found.set(name, caller);
    return caller;
  }

  private opens(modelId: string, digest: Buffer): boolean {
    const expected = this.keys.keyFor(modelId);
    return expected !== undefined && expected.length === digest.length && timingSafeEqual(expected, digest);
  }
}

function modelCaller(modelId: string): Caller {
  return toCaller({
    id: `model:${modelId}`,
    hash: '',
    tenant: DEFAULT_TENANT,
    name: undefined,
    createdAtMs: 0,
    revokedAtMs: undefined,
    models: [modelId.replaceAll('*', '')],
  });
}

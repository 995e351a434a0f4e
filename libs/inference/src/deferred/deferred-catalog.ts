import { GatewayError } from '#platform';
import { Catalog } from '../catalog/catalog.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import { payloadBoundsOf } from '../catalog/payload-bounds.js';

/** The models of a catalog as their asynchronous endpoints are called; those that have none are not in it. */
export class DeferredCatalog extends Catalog {
  constructor(private readonly models: Catalog) {
    super([], models.created);
  }

  override find(name: string): ModelEntry | undefined {
    const entry = this.models.find(name);
    return entry === undefined ? undefined : toDeferred(entry);
  }

  override resolve(name: string): ModelEntry {
    const entry = toDeferred(this.models.resolve(name));
    if (entry !== undefined) return entry;
    throw new GatewayError('unsupported_model', `The model '${name}' has no asynchronous endpoint.`, {
      param: 'model',
    });
  }

  override list(): ModelEntry[] {
    return this.models.list().flatMap((entry) => toDeferred(entry) ?? []);
  }
}

function toDeferred(entry: ModelEntry): ModelEntry | undefined {
  if (entry.transports.includes('async')) return entry;
  const { bulk } = entry;
  if (bulk === undefined) return undefined;
  // An asynchronous call has no stream to be put together from.
  const { streamOnly: _, ...options } = entry.options;
  const transports = ['async'] as const;
  return {
    ...entry,
    target: bulk.target,
    transports,
    options: { ...options, async: bulk.async },
    limits: { ...entry.limits, payloadBytes: payloadBoundsOf(transports).fallback },
    fallbacks: [],
  };
}

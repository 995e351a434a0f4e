import { ConfigurationError, GatewayError } from '#platform';
import type { ModelEntry } from './model-entry.types.js';

const DEFAULT_TAG = '/dev';

/** The models that callers can name. Immutable: a refresh makes a new one. */
export class Catalog {
  private readonly byId = new Map<string, ModelEntry>();
  private readonly byAlias = new Map<string, ModelEntry>();

  /**
   * @param created Unix time in seconds at which this catalog was read; what `/v1/models` shows as `created`.
   * @throws ConfigurationError when two entries answer to the same name.
   */
  constructor(
    entries: readonly ModelEntry[],
    readonly created: number,
  ) {
    for (const entry of entries) {
      if (this.byId.has(entry.id)) throw new ConfigurationError(`The catalog holds the model '${entry.id}' twice.`);
      this.byId.set(entry.id, entry);
    }
    for (const entry of entries) {
      for (const alias of entry.aliases) {
        const taken = this.find(alias);
        if (taken !== undefined && taken !== entry) {
          throw new ConfigurationError(`The alias '${alias}' of '${entry.id}' already names '${taken.id}'.`);
        }
        this.byAlias.set(alias, entry);
      }
    }
  }

  /** Exact name first, then the name with the tag `/dev`, then aliases. */
  find(name: string): ModelEntry | undefined {
    return this.byId.get(name) ?? this.byId.get(name + DEFAULT_TAG) ?? this.byAlias.get(name);
  }

  /** @throws GatewayError `model_not_found`. */
  resolve(name: string): ModelEntry {
    const entry = this.find(name);
    if (entry !== undefined) return entry;
    throw new GatewayError(
      'model_not_found',
      `The model \`${name.slice(0, 200)}\` does not exist or you do not have access to it.`,
      { param: 'model' },
    );
  }

  /** In the order of the file. */
  list(): ModelEntry[] {
    return [...this.byId.values()];
  }
}

import { GatewayError } from '#platform';
import { Catalog } from '../catalog.js';
import type { ModelEntry } from '../model-entry.types.js';

/** What a live catalog shows at one moment; replaced whole. */
export interface CatalogView {
  readonly catalog: Catalog;
  /** Models that are deployed but do not answer now, with the status that says so. */
  readonly unavailable: ReadonlyMap<string, string>;
}

/** A catalog whose models change while it is in use. Each look-up sees one whole view and waits for nothing. */
export class LiveCatalog extends Catalog {
  private view: CatalogView;

  /**
   * @param configured What it holds before anything was discovered.
   * @param onUnknown Told of each name that no model answers to; absent where callers are not authenticated.
   */
  constructor(
    configured: Catalog,
    private readonly onUnknown?: () => void,
  ) {
    super(configured.list(), configured.created);
    this.view = { catalog: configured, unavailable: new Map() };
  }

  replace(view: CatalogView): void {
    this.view = view;
  }

  override find(name: string): ModelEntry | undefined {
    // The base class asks while it is being built, when there is no view yet.
    return this.view === undefined ? super.find(name) : this.view.catalog.find(name);
  }

  /** @throws GatewayError `model_not_found`, or `upstream_unavailable` for a model that is deployed but not in service. */
  override resolve(name: string): ModelEntry {
    const entry = this.find(name);
    if (entry !== undefined) return entry;
    const { catalog, unavailable } = this.view;
    const status = unavailable.get(name) ?? unavailable.get(`${name}/dev`);
    if (status !== undefined) {
      throw new GatewayError(
        'upstream_unavailable',
        `The model '${name}' is deployed but not in service (its endpoint is ${status}). Try again later.`,
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    }
    this.onUnknown?.();
    return catalog.resolve(name);
  }

  override list(): ModelEntry[] {
    return this.view.catalog.list();
  }
}

/** An endpoint takes minutes to come into service, and SDKs heed waits of a minute at most. */
const RETRY_AFTER_SECONDS = 60;

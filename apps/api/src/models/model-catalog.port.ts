import type { ModelTarget } from '#inference';

/** What the models routes need of an entry. */
export interface CatalogModel {
  /** Public name with its tag. */
  readonly id: string;
  readonly type: string;
  /** Where it runs; absent where that is nowhere that is shared. */
  readonly target?: ModelTarget;
  /** Its other endpoints; absent where it has none. */
  readonly replicas?: readonly { readonly target: ModelTarget }[];
}

/** What the models routes ask of the catalog. */
export interface ModelCatalog {
  /** Unix seconds. */
  readonly created: number;
  list(): readonly CatalogModel[];
  /** @throws GatewayError `model_not_found`. */
  resolve(name: string): CatalogModel;
}

/** What the models routes need of an entry. */
export interface CatalogModel {
  /** Public name with its tag. */
  readonly id: string;
  readonly type: string;
}

/** What the models routes ask of the catalog. */
export interface ModelCatalog {
  /** Unix seconds. */
  readonly created: number;
  list(): readonly CatalogModel[];
  /** @throws GatewayError `model_not_found`. */
  resolve(name: string): CatalogModel;
}

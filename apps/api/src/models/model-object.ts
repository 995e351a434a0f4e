import type { CatalogModel } from './model-catalog.port.js';

/** OpenAI's `model` object, and what kind of model it is. */
export interface ModelObject {
  readonly id: string;
  readonly object: 'model';
  /** Unix seconds. */
  readonly created: number;
  readonly owned_by: 'sluice';
  readonly type: string;
}

export function toModelObject({ id, type }: CatalogModel, created: number): ModelObject {
  return { id, object: 'model', created, owned_by: 'sluice', type };
}

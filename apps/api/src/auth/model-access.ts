import { GatewayError } from '#platform';
import type { Caller } from './caller.js';

/** What the check needs of the catalog. */
export interface ModelNames {
  /** @throws GatewayError `model_not_found`. */
  resolve(name: string): { readonly id: string };
}

/**
 * @param name as the caller sent it: an alias or a name without its tag is checked by the id that it stands for.
 * @throws GatewayError `model_not_found`, in the same words for a model that is not there and for one that is not for
 *   this key: whoever may not call a model may not find out about it either.
 */
export function checkModelAccess(caller: Caller, name: string, catalog: ModelNames): void {
  if (caller.models === undefined) return;
  if (caller.models.allows(catalog.resolve(name).id)) return;
  throw new GatewayError(
    'model_not_found',
    `The model \`${name.slice(0, 200)}\` does not exist or you do not have access to it.`,
    {
      param: 'model',
    },
  );
}

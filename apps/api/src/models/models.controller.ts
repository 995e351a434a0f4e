import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { MODEL_CATALOG } from '../api.tokens.js';
import { checkModelAccess } from '../auth/model-access.js';
import type { HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { Route } from '../http/routing/route.decorator.js';
import type { ModelCatalog } from './model-catalog.port.js';
import { toModelObject, type ModelObject } from './model-object.js';

@Controller(API_PREFIXES)
export class ModelsController {
  constructor(@Inject(MODEL_CATALOG) private readonly catalog: ModelCatalog) {}

  @Get('models')
  @Route({ access: 'models' })
  list(@Req() { exchange }: HttpRequest): { object: 'list'; data: ModelObject[] } {
    const scope = exchange.caller?.models;
    const models = this.catalog.list().filter(({ id }) => scope === undefined || scope.allows(id));
    return { object: 'list', data: models.map((model) => toModelObject(model, this.catalog.created)) };
  }

  /** A wildcard, because ids hold slashes: SDKs send `%2F`, curl and some proxies a plain slash. */
  @Get('models/*')
  @Route({ access: 'models' })
  retrieve(@Param('*') name: string, @Req() { exchange }: HttpRequest): ModelObject {
    if (exchange.caller !== undefined) checkModelAccess(exchange.caller, name, this.catalog);
    return toModelObject(this.catalog.resolve(name), this.catalog.created);
  }
}

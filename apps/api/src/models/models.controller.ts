import { Controller, Get, Inject, Param } from '@nestjs/common';
import { MODEL_CATALOG } from '../api.tokens.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { Route } from '../http/routing/route.decorator.js';
import type { ModelCatalog } from './model-catalog.port.js';
import { toModelObject, type ModelObject } from './model-object.js';

@Controller(API_PREFIXES)
export class ModelsController {
  constructor(@Inject(MODEL_CATALOG) private readonly catalog: ModelCatalog) {}

  @Get('models')
  @Route({ access: 'models' })
  list(): { object: 'list'; data: ModelObject[] } {
    return { object: 'list', data: this.catalog.list().map((model) => toModelObject(model, this.catalog.created)) };
  }

  /** A wildcard, because ids hold slashes: SDKs send `%2F`, curl and some proxies a plain slash. */
  @Get('models/*')
  @Route({ access: 'models' })
  retrieve(@Param('*') name: string): ModelObject {
    return toModelObject(this.catalog.resolve(name), this.catalog.created);
  }
}

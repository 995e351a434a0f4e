import { Controller, Get, Inject } from '@nestjs/common';
import { endpointName } from '#inference';
import { CAPACITY_SOURCE, MODEL_CATALOG } from '../api.tokens.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import type { ModelCatalog } from '../models/model-catalog.port.js';
import { toCapacityObject, type CapacityObject, type CapacitySource } from './capacity-object.js';

/** How each endpoint is shared between realtime and bulk now, for those who look after the installation. */
@Controller(API_PREFIXES)
export class CapacityController {
  constructor(
    @Inject(MODEL_CATALOG) private readonly catalog: ModelCatalog,
    @Inject(CAPACITY_SOURCE) private readonly source: CapacitySource,
  ) {}

  @Get('capacity')
  async list(): Promise<{ object: 'list'; data: CapacityObject[] }> {
    const models = new Map<string, string[]>();
    for (const model of this.catalog.list()) {
      for (const { target } of [model, ...(model.replicas ?? [])]) {
        if (target === undefined) continue;
        const endpoint = endpointName(target);
        models.set(endpoint, [...(models.get(endpoint) ?? []), model.id]);
      }
    }
    const data = [...models].map(async ([endpoint, ids]) =>
      toCapacityObject(endpoint, ids, await this.source.capacity(endpoint)),
    );
    return { object: 'list', data: await Promise.all(data) };
  }
}

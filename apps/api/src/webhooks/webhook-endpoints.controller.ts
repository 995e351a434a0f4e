import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  CreateWebhookEndpointDto,
  RotateWebhookSecretDto,
  TestWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  type DeletedWebhookEndpoint,
  type ListPageObject,
  type WebhookEndpointObject,
  type WebhookEndpointWithSecretObject,
  type WebhookTestResult,
} from '#contracts';
import { WebhookEndpoints } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { ContractValidationPipe } from '../http/body/contract-validation.pipe.js';
import { QueryPipe } from '../http/body/query.pipe.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { PageQuery } from '../http/body/page.query.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/webhook_endpoints`))
export class WebhookEndpointsController {
  constructor(@Inject(WebhookEndpoints) private readonly endpoints: WebhookEndpoints) {}

  @Post()
  @HttpCode(200)
  create(
    @CurrentCaller() { tenant }: Caller,
    @Body(new ContractValidationPipe(CreateWebhookEndpointDto)) request: CreateWebhookEndpointDto,
  ): Promise<WebhookEndpointWithSecretObject> {
    return this.endpoints.create(tenant, request);
  }

  @Get()
  list(
    @CurrentCaller() { tenant }: Caller,
    @Query(new QueryPipe(PageQuery, ['limit'])) query: PageQuery,
  ): Promise<ListPageObject<WebhookEndpointObject>> {
    return this.endpoints.list(tenant, query);
  }

  @Get(':endpointId')
  retrieve(
    @CurrentCaller() { tenant }: Caller,
    @Param('endpointId') endpointId: string,
  ): Promise<WebhookEndpointObject> {
    return this.endpoints.retrieve(tenant, endpointId);
  }

  @Post(':endpointId')
  @HttpCode(200)
  update(
    @CurrentCaller() { tenant }: Caller,
    @Param('endpointId') endpointId: string,
    @Body(new ContractValidationPipe(UpdateWebhookEndpointDto)) request: UpdateWebhookEndpointDto,
  ): Promise<WebhookEndpointObject> {
    return this.endpoints.update(tenant, endpointId, request);
  }

  @Delete(':endpointId')
  delete(
    @CurrentCaller() { tenant }: Caller,
    @Param('endpointId') endpointId: string,
  ): Promise<DeletedWebhookEndpoint> {
    return this.endpoints.delete(tenant, endpointId);
  }

  @Post(':endpointId/rotate_secret')
  @HttpCode(200)
  rotateSecret(
    @CurrentCaller() { tenant }: Caller,
    @Param('endpointId') endpointId: string,
    @Body(new ContractValidationPipe(RotateWebhookSecretDto)) request: RotateWebhookSecretDto,
  ): Promise<WebhookEndpointWithSecretObject> {
    return this.endpoints.rotateSecret(tenant, endpointId, request.keep_old_secret_active_for_24_hours ?? false);
  }

  @Post(':endpointId/test')
  @HttpCode(200)
  test(
    @CurrentCaller() { tenant }: Caller,
    @Param('endpointId') endpointId: string,
    @Body(new ContractValidationPipe(TestWebhookEndpointDto)) request: TestWebhookEndpointDto,
  ): Promise<WebhookTestResult> {
    return this.endpoints.test(tenant, endpointId, request.event_type);
  }
}

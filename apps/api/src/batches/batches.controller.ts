import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CreateBatchDto, type BatchObject, type ListPageObject } from '#contracts';
import { Batches } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { ContractValidationPipe } from '../http/body/contract-validation.pipe.js';
import { QueryPipe } from '../http/body/query.pipe.js';
import { readCreateAttempt } from '../http/body/read-create-attempt.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { ResultsSender } from '../jobs/results-sender.js';
import { PageQuery } from '../http/body/page.query.js';
import { pollHeaders } from './poll-headers.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/batches`))
export class BatchesController {
  constructor(
    @Inject(Batches) private readonly batches: Batches,
    @Inject(ResultsSender) private readonly sender: ResultsSender,
  ) {}

  @Post()
  @HttpCode(200)
  create(
    @CurrentCaller() caller: Caller,
    @Body(new ContractValidationPipe(CreateBatchDto)) request: CreateBatchDto,
    @Req() { headers }: HttpRequest,
  ): Promise<BatchObject> {
    return this.batches.create(caller, request, readCreateAttempt(headers));
  }

  @Get()
  list(
    @CurrentCaller() { tenant }: Caller,
    @Query(new QueryPipe(PageQuery, ['limit'])) query: PageQuery,
  ): Promise<ListPageObject<BatchObject>> {
    return this.batches.list(tenant, query);
  }

  @Get(':batchId')
  async retrieve(
    @CurrentCaller() { tenant }: Caller,
    @Param('batchId') batchId: string,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<BatchObject> {
    const batch = await this.batches.retrieve(tenant, batchId);
    reply.headers(pollHeaders(batch));
    return batch;
  }

  @Post(':batchId/cancel')
  @HttpCode(200)
  cancel(@CurrentCaller() { tenant }: Caller, @Param('batchId') batchId: string): Promise<BatchObject> {
    return this.batches.cancel(tenant, batchId);
  }

  @Post(':batchId/retry')
  @HttpCode(200)
  retry(@CurrentCaller() caller: Caller, @Param('batchId') batchId: string): Promise<BatchObject> {
    return this.batches.retry(caller, batchId);
  }

  @Get(':batchId/results')
  results(
    @CurrentCaller() { tenant }: Caller,
    @Param('batchId') batchId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    return this.sender.send((query) => this.batches.results(tenant, batchId, query), request, reply);
  }
}

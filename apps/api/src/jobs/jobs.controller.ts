import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CreateJobDto, type JobObject, type ListPageObject } from '#contracts';
import { Jobs } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { PageQuery } from '../http/body/page.query.js';
import { ContractValidationPipe } from '../http/body/contract-validation.pipe.js';
import { QueryPipe } from '../http/body/query.pipe.js';
import { readCreateAttempt } from '../http/body/read-create-attempt.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { JobAnswers } from './job-answers.js';
import { ResultsSender } from './results-sender.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/jobs`))
export class JobsController {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(JobAnswers) private readonly answers: JobAnswers,
    @Inject(ResultsSender) private readonly sender: ResultsSender,
  ) {}

  @Post()
  @HttpCode(202)
  async create(
    @CurrentCaller() caller: Caller,
    @Body(new ContractValidationPipe(CreateJobDto)) request: CreateJobDto,
    @Req() { headers }: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<JobObject> {
    return this.answers.accepted(await this.jobs.create(caller, request, readCreateAttempt(headers)), reply);
  }

  @Get()
  list(
    @CurrentCaller() { tenant }: Caller,
    @Query(new QueryPipe(PageQuery, ['limit'])) query: PageQuery,
  ): Promise<ListPageObject<JobObject>> {
    return this.jobs.list(tenant, query);
  }

  @Get(':jobId')
  retrieve(
    @CurrentCaller() { tenant }: Caller,
    @Param('jobId') jobId: string,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<JobObject | undefined> {
    return this.answers.show(() => this.jobs.retrieve(tenant, jobId), request, reply);
  }

  @Post(':jobId/cancel')
  @HttpCode(200)
  cancel(@CurrentCaller() { tenant }: Caller, @Param('jobId') jobId: string): Promise<JobObject> {
    return this.jobs.cancel(tenant, jobId);
  }

  @Post(':jobId/retry')
  @HttpCode(202)
  async retry(
    @CurrentCaller() caller: Caller,
    @Param('jobId') jobId: string,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<JobObject> {
    return this.answers.accepted(await this.jobs.retry(caller, jobId), reply);
  }

  @Get(':jobId/results')
  results(
    @CurrentCaller() { tenant }: Caller,
    @Param('jobId') jobId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    return this.sender.send((query) => this.jobs.results(tenant, jobId, query), request, reply);
  }
}

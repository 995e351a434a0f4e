import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { CompleteUploadDto, CreateUploadDto, type UploadObject, type UploadPartObject } from '#contracts';
import { Uploads } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { ContractValidationPipe } from '../http/body/contract-validation.pipe.js';
import { readCreateAttempt } from '../http/body/read-create-attempt.js';
import type { HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { Route } from '../http/routing/route.decorator.js';
import { UploadPart } from './upload-part.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/uploads`))
export class UploadsController {
  constructor(
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(UploadPart) private readonly uploadPart: UploadPart,
  ) {}

  @Post()
  @HttpCode(200)
  create(
    @CurrentCaller() { tenant }: Caller,
    @Body(new ContractValidationPipe(CreateUploadDto)) request: CreateUploadDto,
    @Req() { headers }: HttpRequest,
  ): Promise<UploadObject> {
    return this.uploads.create(tenant, request, readCreateAttempt(headers));
  }

  @Post(':uploadId/parts')
  @HttpCode(200)
  @Route({ body: 'multipart' })
  addPart(
    @CurrentCaller() { tenant }: Caller,
    @Param('uploadId') uploadId: string,
    @Req() request: HttpRequest,
  ): Promise<UploadPartObject> {
    return this.uploadPart.run(tenant, uploadId, request);
  }

  @Post(':uploadId/complete')
  @HttpCode(200)
  complete(
    @CurrentCaller() { tenant }: Caller,
    @Param('uploadId') uploadId: string,
    @Body(new ContractValidationPipe(CompleteUploadDto)) body: CompleteUploadDto,
    @Req() { exchange }: HttpRequest,
  ): Promise<UploadObject> {
    return this.uploads.complete(tenant, uploadId, body, exchange.signal);
  }

  @Post(':uploadId/cancel')
  @HttpCode(200)
  cancel(@CurrentCaller() { tenant }: Caller, @Param('uploadId') uploadId: string): Promise<UploadObject> {
    return this.uploads.cancel(tenant, uploadId);
  }
}

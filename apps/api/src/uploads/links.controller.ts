import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CreatePartLinkDto, type FileContentLink, type UploadPartLink } from '#contracts';
import { Links } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { ContractValidationPipe } from '../http/body/contract-validation.pipe.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

/** Links past the api. Registered only where an operator has switched them on. */
@Controller([...API_PREFIXES])
export class LinksController {
  constructor(@Inject(Links) private readonly links: Links) {}

  @Post('uploads/:uploadId/part_links')
  @HttpCode(200)
  forPart(
    @CurrentCaller() { tenant }: Caller,
    @Param('uploadId') uploadId: string,
    @Body(new ContractValidationPipe(CreatePartLinkDto)) { bytes }: CreatePartLinkDto,
  ): Promise<UploadPartLink> {
    return this.links.forPart(tenant, uploadId, bytes);
  }

  @Get('files/:fileId/content_link')
  forContent(@CurrentCaller() { tenant }: Caller, @Param('fileId') fileId: string): Promise<FileContentLink> {
    return this.links.forContent(tenant, fileId);
  }
}

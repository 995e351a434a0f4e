import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { DeletedFile, FileObject, ListPageObject } from '#contracts';
import { Files } from '#jobs';
import { CurrentCaller } from '../auth/caller.decorator.js';
import type { Caller } from '../auth/caller.js';
import { QueryPipe } from '../http/body/query.pipe.js';
import { ContentSender } from '../http/content/content-sender.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { Route } from '../http/routing/route.decorator.js';
import { contentHeaders, fileEtag } from './content-headers.js';
import { readContentRequest } from './content-request.js';
import { ListFilesQuery } from './list-files.query.js';
import { UploadFile } from './upload-file.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/files`))
export class FilesController {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(UploadFile) private readonly uploadFile: UploadFile,
    @Inject(ContentSender) private readonly sender: ContentSender,
  ) {}

  @Post()
  @HttpCode(200)
  @Route({ body: 'multipart' })
  create(@CurrentCaller() { tenant }: Caller, @Req() request: HttpRequest): Promise<FileObject> {
    return this.uploadFile.run(tenant, request);
  }

  @Get()
  list(
    @CurrentCaller() { tenant }: Caller,
    @Query(new QueryPipe(ListFilesQuery, ['limit'])) query: ListFilesQuery,
  ): Promise<ListPageObject<FileObject>> {
    return this.files.list(tenant, query);
  }

  @Get(':fileId')
  retrieve(@CurrentCaller() { tenant }: Caller, @Param('fileId') fileId: string): Promise<FileObject> {
    return this.files.retrieve(tenant, fileId);
  }

  @Get(':fileId/content')
  async content(
    @CurrentCaller() { tenant }: Caller,
    @Param('fileId') fileId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const { exchange, headers } = request;
    const etag = fileEtag(fileId);
    const { isKnown, range } = readContentRequest(headers, etag);
    if (isKnown) {
      await this.files.retrieve(tenant, fileId);
      void reply.status(304).header('etag', etag).send();
      return;
    }
    const content = await this.files.content(tenant, fileId, range, exchange.signal);
    const status = content.range === undefined ? 200 : 206;
    await this.sender.send(
      { status, headers: contentHeaders(content), body: content.body, isOwn: true },
      request,
      reply,
    );
  }

  @Delete(':fileId')
  delete(@CurrentCaller() { tenant }: Caller, @Param('fileId') fileId: string): Promise<DeletedFile> {
    return this.files.delete(tenant, fileId);
  }
}

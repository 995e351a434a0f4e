import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { Recordings } from '#jobs';
import { callerOf } from '../auth/caller.decorator.js';
import { QueryPipe } from '../http/body/query.pipe.js';
import { ContentSender } from '../http/content/content-sender.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { sendTranscript } from './send-transcript.js';
import { TranscriptQuery } from './transcript.query.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/jobs`))
export class TranscriptsController {
  constructor(
    @Inject(Recordings) private readonly recordings: Recordings,
    @Inject(ContentSender) private readonly sender: ContentSender,
  ) {}

  /** What has been heard of a recording so far, or all of it. */
  @Get(':jobId/transcript')
  transcript(
    @Param('jobId') jobId: string,
    @Query(new QueryPipe(TranscriptQuery, [])) query: TranscriptQuery,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const { tenant } = callerOf(request);
    const read = () => this.recordings.transcript(tenant, jobId, { format: query.response_format });
    return sendTranscript(read, this.sender, request, reply);
  }
}

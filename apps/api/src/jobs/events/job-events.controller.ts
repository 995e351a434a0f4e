import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../../http/http.types.js';
import { API_PREFIXES } from '../../http/routing/api-prefixes.js';
import { Route } from '../../http/routing/route.decorator.js';
import { JobEvents } from './job-events.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/jobs`))
export class JobEventsController {
  constructor(@Inject(JobEvents) private readonly jobEvents: JobEvents) {}

  /** The job as it is, and again whenever it changes. An EventSource that is refused once never asks again. */
  @Get(':jobId/events')
  @Route({ servesWhileStopping: true })
  events(@Param('jobId') jobId: string, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.jobEvents.send(jobId, request, reply);
  }
}

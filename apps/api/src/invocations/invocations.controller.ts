import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { hoistStream, type StreamingUseCase } from '#inference';
import { INVOCATIONS } from '../api.tokens.js';
import { readJsonBody } from '../http/body/read-json-body.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES)
export class InvocationsController {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(INVOCATIONS) private readonly invocations: StreamingUseCase,
  ) {}

  /** EMD's form has `stream` among the `parameters`. */
  @Post('invocations')
  async create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    request.body = hoistStream(readJsonBody(request)).bytes;
    await this.answers.answerOrStream(this.invocations, request, reply);
  }
}

import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { UseCase } from '#inference';
import { RERANK } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES)
export class RerankController {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(RERANK) private readonly rerank: UseCase,
  ) {}

  @Post('rerank')
  create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answer(this.rerank, request, reply);
  }
}

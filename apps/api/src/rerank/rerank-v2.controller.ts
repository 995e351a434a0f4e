import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { UseCase } from '#inference';
import { RERANK_V2 } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';

/** Where Cohere's newer client posts. */
@Controller('v2')
export class RerankV2Controller {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(RERANK_V2) private readonly rerank: UseCase,
  ) {}

  @Post('rerank')
  create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answer(this.rerank, request, reply);
  }
}

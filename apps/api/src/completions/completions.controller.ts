import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { StreamingUseCase } from '#inference';
import { COMPLETIONS } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES)
export class CompletionsController {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(COMPLETIONS) private readonly completions: StreamingUseCase,
  ) {}

  @Post('completions')
  create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answerOrStream(this.completions, request, reply);
  }
}

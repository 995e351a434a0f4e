import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { UseCase } from '#inference';
import { EMBEDDINGS } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES)
export class EmbeddingsController {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(EMBEDDINGS) private readonly embeddings: UseCase,
  ) {}

  @Post('embeddings')
  create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answer(this.embeddings, request, reply);
  }
}

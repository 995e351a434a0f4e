import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { StreamingUseCase } from '#inference';
import { CHAT } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { RealtimeAnswers } from '../http/realtime/realtime-answers.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES)
export class ChatController {
  constructor(
    @Inject(RealtimeAnswers) private readonly answers: RealtimeAnswers,
    @Inject(CHAT) private readonly chat: StreamingUseCase,
  ) {}

  @Post('chat/completions')
  create(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answerOrStream(this.chat, request, reply);
  }
}

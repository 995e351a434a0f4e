import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { SpeechUseCase } from '#inference';
import { TRANSCRIPTIONS, TRANSLATIONS } from '../api.tokens.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';
import { Route } from '../http/routing/route.decorator.js';
import { SpeechAnswers } from './speech-answers.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/audio`))
export class TranscriptionsController {
  constructor(
    @Inject(SpeechAnswers) private readonly answers: SpeechAnswers,
    @Inject(TRANSCRIPTIONS) private readonly transcriptions: SpeechUseCase,
    @Inject(TRANSLATIONS) private readonly translations: SpeechUseCase,
  ) {}

  @Post('transcriptions')
  @Route({ body: 'multipart' })
  transcribe(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answer('transcribe', this.transcriptions, request, reply);
  }

  /** Into English, whatever is spoken. */
  @Post('translations')
  @Route({ body: 'multipart' })
  translate(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    return this.answers.answer('translate', this.translations, request, reply);
  }
}

import { Controller, Get } from '@nestjs/common';
import { WEBHOOK_EVENT_TYPES } from '#contracts';
import { API_PREFIXES } from '../http/routing/api-prefixes.js';

@Controller(API_PREFIXES.map((prefix) => `${prefix}/webhook_event_types`))
export class WebhookEventTypesController {
  @Get()
  list(): { readonly object: 'list'; readonly data: readonly string[] } {
    return { object: 'list', data: WEBHOOK_EVENT_TYPES };
  }
}

import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Registry } from '#platform';
import { REGISTRY } from '../api.tokens.js';
import type { HttpReply } from '../http/http.types.js';
import { Route } from '../http/routing/route.decorator.js';

@Controller()
export class MetricsController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  @Get('metrics')
  @Route({ access: 'metrics', probe: true })
  render(@Res({ passthrough: true }) reply: HttpReply): Promise<string> {
    reply.type(this.registry.contentType);
    return this.registry.metrics();
  }
}

import { Controller, Get, Inject, Res } from '@nestjs/common';
import { METRICS_PAGE } from '../api.tokens.js';
import type { HttpReply } from '../http/http.types.js';
import { Route } from '../http/routing/route.decorator.js';

/** What monitors read. */
export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

@Controller()
export class MetricsController {
  constructor(@Inject(METRICS_PAGE) private readonly page: MetricsPage) {}

  @Get('metrics')
  @Route({ access: 'metrics', probe: true })
  render(@Res({ passthrough: true }) reply: HttpReply): Promise<string> {
    reply.type(this.page.contentType);
    return this.page.render();
  }
}

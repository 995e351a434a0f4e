import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { GatewayError } from '#platform';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { Route } from '../http/routing/route.decorator.js';
import { RouteTable } from '../http/routing/route-table.js';
import { createDocument } from './create-document.js';
import { DocsAssets } from './docs-assets.js';
import { CONTENT_SECURITY_POLICY, DOCS_PAGE } from './docs-page.js';

/** They hold nothing secret, and whoever reads them has no key yet. */
const OPEN = { access: 'open' } as const;
const DAY_SECONDS = 86_400;

@Controller()
export class DocsController {
  private readonly assets = new DocsAssets();
  private documentText: string | undefined;

  constructor(@Inject(RouteTable) private readonly routeTable: RouteTable) {}

  @Get('openapi.json')
  @Route(OPEN)
  openApi(@Res({ passthrough: true }) reply: HttpReply): string {
    // Made on first use: the routes are not all registered when this class is made.
    this.documentText ??= JSON.stringify(createDocument(this.routeTable.list()));
    reply.headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' });
    return this.documentText;
  }

  @Get('docs')
  @Route(OPEN)
  page(@Res({ passthrough: true }) reply: HttpReply): string {
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    return DOCS_PAGE;
  }

  @Get('docs/assets/:name')
  @Route(OPEN)
  async asset(
    @Param('name') name: string,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer | undefined> {
    const asset = await this.assets.find(name);
    if (asset === undefined) throw new GatewayError('not_found', 'The page has no such part.');
    reply.headers({
      'content-type': asset.type,
      'cache-control': `public, max-age=${DAY_SECONDS}`,
      etag: asset.etag,
      'x-content-type-options': 'nosniff',
    });
    if (request.headers['if-none-match'] !== asset.etag) return asset.content;
    reply.code(304);
    return undefined;
  }
}

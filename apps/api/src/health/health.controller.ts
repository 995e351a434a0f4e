import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { HttpReply } from '../http/http.types.js';
import { Route } from '../http/routing/route.decorator.js';
import { Readiness } from './readiness.js';
import { toReadyObject, type ReadyObject } from './ready-object.js';

interface AliveObject {
  readonly status: 'ok';
}

const PROBE = { access: 'open', probe: true } as const;

/** `/`, `/health` and `/ping` are what EMD's load balancer asks. */
@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get(['/', 'health', 'ping', 'live'])
  @Route(PROBE)
  alive(): AliveObject {
    return { status: 'ok' };
  }

  @Get('ready')
  @Route(PROBE)
  ready(@Query('scope') scope: unknown, @Res({ passthrough: true }) reply: HttpReply): ReadyObject {
    const checks = scope === 'realtime' ? this.readiness.realtime() : this.readiness.all();
    const answer = toReadyObject(checks);
    reply.code(answer.status === 'ready' ? 200 : 503);
    return answer;
  }
}

import { RouteConfig } from '@nestjs/platform-fastify';
import type { RoutePolicy } from './route-facts.js';

/** States what a route is open to and what it reads. Without it a route needs a key and POST bodies are JSON. */
export function Route(policy: RoutePolicy): MethodDecorator {
  return RouteConfig({ policy });
}

import type { IncomingHttpHeaders } from 'node:http';
import type { RouteAccess } from '../http/routing/route-facts.js';
import { authenticate, identify } from './authenticate.js';
import type { Caller } from './caller.js';
import { isDirectLoopback } from './is-direct-loopback.js';
import type { KeyRing } from './key-ring.js';

/** Who may read the metrics: anyone on the machine itself, anyone at all, or holders of a key. */
export const METRICS_ACCESS = ['loopback', 'open', 'key'] as const;
export type MetricsAccess = (typeof METRICS_ACCESS)[number];

export interface GatekeeperOptions {
  readonly ring: KeyRing;
  /** Whether models may be listed without a key. */
  readonly openModels: boolean;
  readonly metricsAccess: MetricsAccess;
}

/** What the decision needs of a request. */
export interface Visitor {
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

/** Decides who comes in. */
export class Gatekeeper {
  constructor(private readonly options: GatekeeperOptions) {}

  /**
   * @returns the caller, or `undefined` where the route is open to all. Who lists models and shows a key, though none is
   *   asked for, is known by it, and sees the models of that key.
   * @throws GatewayError `missing_api_key` or `invalid_api_key`.
   */
  admit(visitor: Visitor, access: RouteAccess): Caller | undefined {
    if (!this.isOpen(visitor, access)) return authenticate(this.options.ring, visitor.headers);
    return access === 'models' ? identify(this.options.ring, visitor.headers) : undefined;
  }

  private isOpen(visitor: Visitor, access: RouteAccess): boolean {
    const { openModels, metricsAccess } = this.options;
    switch (access) {
      case 'open':
        return true;
      case 'models':
        return openModels;
      case 'metrics':
        return metricsAccess === 'open' || (metricsAccess === 'loopback' && isDirectLoopback(visitor));
      case 'key':
        return false;
    }
  }
}

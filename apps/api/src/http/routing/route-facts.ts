import { scopeOfRoute, type RouteScope } from '../../auth/route-scope.js';

/** Who may call a route. `key` = with a valid API key; the others need one only where configuration says so. */
export type RouteAccess = 'key' | 'open' | 'models' | 'metrics';

/** What a route reads: one JSON body of bounded size, a form that is streamed, or nothing. */
export type RouteBody = 'json' | 'multipart' | 'none';

/** What a controller says of its route; what it does not say is the strict choice. */
export interface RoutePolicy {
  readonly access?: RouteAccess;
  readonly body?: RouteBody;
  /** Answers while the process is draining, and is no call that a drain waits for. */
  readonly probe?: boolean;
  /** Answers, and briefly, also while the process turns others away: for clients that take a refusal for the last word. */
  readonly servesWhileStopping?: boolean;
}

/** What the hooks know of a route, worked out once when it is registered. */
export interface RouteFacts {
  readonly method: string;
  /** Path without the `/v1` it may stand under; the label of metrics and logs. */
  readonly label: string;
  readonly access: RouteAccess;
  readonly body: RouteBody;
  readonly probe: boolean;
  readonly servesWhileStopping: boolean;
  /** What a key must be allowed to do; `undefined` where every key will do. */
  readonly scope: RouteScope | undefined;
}

/** Makes the facts of each route; paths that mean the same (`/v1/x` and `/x`) share one object, and so their counts. */
export class RouteBook {
  private readonly facts = new Map<string, RouteFacts>();

  describe(method: string, path: string, policy: RoutePolicy): RouteFacts {
    const label = path.replace(/^(?:\/v\d)+(?=\/)/, '');
    return this.share(method, label, {
      access: policy.access ?? 'key',
      body: policy.body ?? (method === 'POST' ? 'json' : 'none'),
      probe: policy.probe ?? false,
      servesWhileStopping: policy.servesWhileStopping ?? false,
    });
  }

  /** Requests that no route matches: there is nothing behind them that a key could protect. */
  unmatched(method: string): RouteFacts {
    return this.share(method, 'unmatched', { access: 'open', body: 'none', probe: false, servesWhileStopping: false });
  }

  private share(method: string, label: string, policy: Required<RoutePolicy>): RouteFacts {
    const key = `${method} ${label}`;
    const facts = this.facts.get(key) ?? Object.freeze({ method, label, scope: scopeOfRoute(label), ...policy });
    this.facts.set(key, facts);
    return facts;
  }
}

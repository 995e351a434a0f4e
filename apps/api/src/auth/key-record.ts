import type { RouteScope } from './route-scope.js';

/** What a key may use at most; what is absent is not limited. */
export interface KeyLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** Calls that are open at the same time. */
  readonly concurrentRequests?: number | undefined;
}

/** One API key as it is stored; the key itself is nowhere stored. */
export interface KeyRecord {
  readonly id: string;
  /** HMAC-SHA256 of the key under the pepper, 64 hexadecimal digits. */
  readonly hash: string;
  readonly tenant: string;
  readonly name: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Milliseconds since 1970 from which the key is refused. */
  readonly revokedAtMs: number | undefined;
  /** Milliseconds since 1970 from which the key is refused; absent = never. */
  readonly expiresAtMs?: number | undefined;
  /** Id of the key that took this one's place when it was rotated. */
  readonly replacedBy?: string | undefined;
  /** Ids of models, or patterns with `*`; absent = all. */
  readonly models?: readonly string[] | undefined;
  /** Absent = all. */
  readonly routes?: readonly RouteScope[] | undefined;
  readonly limits?: KeyLimits | undefined;
}

export const DEFAULT_TENANT = 'default';

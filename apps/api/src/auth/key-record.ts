/** One API key as a keys file holds it; the key itself is nowhere stored. */
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
}

export const DEFAULT_TENANT = 'default';

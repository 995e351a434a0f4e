import type { Authority } from '../fast/sagemaker-connection.js';
import type { SigningCredentials } from '../fast/signer.js';
import { mintBearerToken } from './mint-bearer-token.js';

interface HeldToken {
  readonly token: string;
  /** A token ends with the credentials that signed it. */
  readonly credentials: SigningCredentials;
  readonly renewAtMs: number;
}

const LIFETIME_SECONDS = 3_600;
/** A call must not set out with a token that ends on the way. */
const RENEW_BEFORE_MS = 600_000;

/** Tokens by region, each kept until it is about to end or its credentials have changed. */
export class BearerTokens {
  private readonly held = new Map<string, HeldToken>();

  tokenFor({ place: { region }, credentials }: Pick<Authority, 'place' | 'credentials'>, nowMs: number): string {
    const known = this.held.get(region);
    if (known !== undefined && known.credentials === credentials && nowMs < known.renewAtMs) return known.token;
    const token = mintBearerToken(credentials, { region, nowMs, expiresSeconds: LIFETIME_SECONDS });
    this.held.set(region, { token, credentials, renewAtMs: nowMs + LIFETIME_SECONDS * 1000 - RENEW_BEFORE_MS });
    return token;
  }
}

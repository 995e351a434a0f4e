import type { Logger } from '#platform';
import { UpstreamFailure } from '../../upstream-failure.js';
import type { SigningCredentials } from './signer.js';

export interface ExpiringCredentials extends SigningCredentials {
  readonly expiration?: Date;
}

/** The SDK's chain; with `forceRefresh` it does not answer from its memory. */
export type CredentialsSource = (options?: { readonly forceRefresh?: boolean }) => Promise<ExpiringCredentials>;

/** The SDK takes credentials for expired five minutes before they are; a little later it fetches new ones when asked. */
const REFRESH_BEFORE_MS = 290_000;
const RETRY_MS = 10_000;
/** Node fires timers beyond 2^31 ms at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Keeps credentials at hand and renews them in the background, so that a call waits for them only when there are none. */
export class CredentialsHolder {
  private held: ExpiringCredentials | undefined;
  private loading: Promise<ExpiringCredentials> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private renewedAt = 0;

  constructor(
    private readonly source: CredentialsSource,
    private readonly logger: Logger,
  ) {}

  /** Credentials that are valid now, without waiting; `undefined` when they have to be loaded first. */
  get current(): SigningCredentials | undefined {
    const { held } = this;
    if (held?.expiration !== undefined && held.expiration.getTime() <= Date.now()) return undefined;
    return held;
  }

  /** @throws UpstreamFailure `upstream_misconfigured` when the chain has none. */
  async load(): Promise<SigningCredentials> {
    try {
      return await this.fetch(false);
    } catch (error) {
      throw new UpstreamFailure(
        'upstream_misconfigured',
        'The gateway has no valid AWS credentials. The operator of this gateway has to act.',
        { retry: 'never', cause: error },
      );
    }
  }

  /** Fetches new credentials in the background after AWS has refused the held ones. Refusals in a row cost one fetch in ten seconds. */
  renew(): void {
    if (this.closed || Date.now() - this.renewedAt < RETRY_MS) return;
    this.renewedAt = Date.now();
    void this.refreshInBackground(true);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async fetch(forceRefresh: boolean): Promise<ExpiringCredentials> {
    this.loading ??= this.source({ forceRefresh });
    try {
      this.held = await this.loading;
      this.scheduleRefresh(this.held);
      return this.held;
    } finally {
      this.loading = undefined;
    }
  }

  private scheduleRefresh({ expiration }: ExpiringCredentials): void {
    if (expiration === undefined) return;
    const delayMs = expiration.getTime() - Date.now() - REFRESH_BEFORE_MS;
    this.schedule(Math.max(delayMs, RETRY_MS));
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.refreshInBackground(false), Math.min(delayMs, MAX_TIMER_MS));
    this.timer.unref();
  }

  private async refreshInBackground(forceRefresh: boolean): Promise<void> {
    try {
      await this.fetch(forceRefresh);
    } catch (error) {
      this.logger.warn({ error }, 'AWS credentials could not be renewed; trying again');
      this.schedule(RETRY_MS);
    }
  }
}

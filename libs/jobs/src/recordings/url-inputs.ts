import { objectKeys, type JobRecord } from '#contracts';
import { GatewayError, pause, type OutboundClient } from '#platform';
import type { ObjectStore, ObjectStream } from '#storage';
import type { UrlInputConfig } from './url-inputs.config.js';

export interface UrlInputsOptions {
  readonly store: ObjectStore;
  readonly outbound: Pick<OutboundClient, 'fetch' | 'rules'>;
  readonly urlInput: UrlInputConfig;
  /** Milliseconds before another try where a server fails in passing; a second where absent. */
  readonly urlRetryMs?: number;
}

const PARAM = 'input_url';
const TRIES = 3;
const RETRY_MS = 1000;

/** Recordings at addresses of callers, as far as the operator lets them be fetched. */
export class UrlInputs {
  constructor(private readonly options: UrlInputsOptions) {}

  /**
   * @returns the address as it will be called.
   * @throws GatewayError `invalid_value` where recordings are not fetched here, `address_refused`.
   */
  check(text: string): string {
    if (!this.options.urlInput.enabled) {
      const fault = 'recordings are not fetched here. Upload the file, or ask an operator about SLUICE_URL_INPUTS.';
      throw new GatewayError('invalid_value', `Invalid '${PARAM}': ${fault}`, { param: PARAM });
    }
    return this.refusing(() => this.options.outbound.rules.checkUrl(text).href);
  }

  /**
   * Fetches a recording once into the job's own prefix; who comes later reads it there.
   *
   * @throws GatewayError `address_refused`, `address_unreachable`, `address_too_slow`, `answer_too_large`,
   *   `storage_unavailable`, or the reason of the signal.
   */
  async open({ tenant, id }: JobRecord, url: string, signal: AbortSignal): Promise<ObjectStream> {
    const key = objectKeys.fetchedInput(tenant, id);
    const stored = await this.find(key, signal);
    if (stored !== undefined) return stored;
    // Looked at again: what may be fetched can have changed since the job was made.
    const checked = this.check(url);
    for (let tries = 1; ; tries++) {
      try {
        await this.fetch(checked, key, signal);
        return await this.options.store.getStream(key, { signal });
      } catch (error) {
        if (tries === TRIES || !mayPass(error)) throw error;
        await pause((this.options.urlRetryMs ?? RETRY_MS) * tries, signal);
      }
    }
  }

  private async find(key: string, signal: AbortSignal): Promise<ObjectStream | undefined> {
    try {
      return await this.options.store.getStream(key, { signal });
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return undefined;
      throw error;
    }
  }

  private async fetch(url: string, key: string, signal: AbortSignal): Promise<void> {
    const { outbound, store, urlInput } = this.options;
    const { maxBytes, timeoutMs } = urlInput;
    const content = await outbound.fetch({ url, maxBytes, timeoutMs, signal });
    await store.putStream(key, content, { signal });
  }

  private refusing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!GatewayError.is(error, 'address_refused')) throw error;
      throw new GatewayError(error.reason, `Invalid '${PARAM}': ${error.message}`, { param: PARAM, cause: error });
    }
  }
}

/** A server that answers 404 will do so again; one that is away, full or broken may not. */
function mayPass(error: unknown): boolean {
  if (!GatewayError.is(error, 'address_unreachable')) return false;
  const { status } = error.details ?? {};
  return typeof status !== 'number' || status === 429 || status >= 500;
}

const REASONS: readonly string[] = [
  'invalid_value',
  'address_refused',
  'address_unreachable',
  'address_too_slow',
  'answer_too_large',
];

/** Whether it is the address that a job fails for, and not something of ours. */
export function isFaultOfUrl(error: unknown): error is GatewayError {
  return GatewayError.is(error) && REASONS.includes(error.reason);
}

import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError, type Logger, type Redis } from '#platform';
import type { ObjectStore, ProbeResult } from '#storage';
import type { BulkCheck } from './bulk.types.js';
import { within } from './bullmq/within.js';

export interface BulkHealthOptions {
  readonly store: ObjectStore;
  readonly redis: Redis;
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Processes that look at the same from one machine, 1 by default: each does it that much less often. */
  readonly lookers?: number;
  /** Finds out, with concurrent writers, whether the store keeps its conditional writes. */
  probe(store: ObjectStore): Promise<ProbeResult>;
}

const CHECK_MS = 2000;
const RECHECK_MS = 250;
const WAIT_MS = 50;
const STORE_PREFIX = 'active/';

/** What bulk stands on, looked at in the background, so that whoever asks gets an answer at once. */
export class BulkHealth {
  private probed: ProbeResult | undefined;
  private storeFailure: string | undefined = 'not asked yet';
  private redisFailure: string | undefined = 'not asked yet';
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: BulkHealthOptions) {}

  start(): void {
    void this.look().finally(() => {
      const pauseMs = this.checks().every(({ ok }) => ok) ? CHECK_MS : RECHECK_MS;
      if (!this.stopped) this.timer = setTimeout(() => this.start(), pauseMs * (this.options.lookers ?? 1)).unref();
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Looks once now; resolves when all is known. */
  async look(): Promise<void> {
    await Promise.all([this.lookAtStore(), this.lookAtRedis()]);
  }

  /** Resolves once the store was reached and found safe. @throws GatewayError `bulk_unavailable` when it is not safe. */
  async waitUntilSafe(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const refusal = this.refusal();
      if (refusal !== undefined) throw new GatewayError('bulk_unavailable', refusal);
      if (this.probed?.ok === true) return;
      await delay(WAIT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Why no job may be accepted; `undefined` while the store is known to keep its promises, or has not been reached yet. */
  refusal(): string | undefined {
    if (this.probed === undefined || this.probed.ok) return undefined;
    return `Batches are switched off because the object store does not keep what they rest on: ${this.probed.failure}`;
  }

  checks(): readonly BulkCheck[] {
    return [
      toCheck('object-store', this.storeFailure),
      toCheck('conditional-writes', this.probed === undefined ? 'not probed yet' : this.refusal()),
      toCheck('redis', this.redisFailure),
    ];
  }

  private async lookAtStore(): Promise<void> {
    try {
      await this.options.store.list(STORE_PREFIX, { limit: 1 });
      this.probed ??= await this.options.probe(this.options.store);
      this.storeFailure = undefined;
    } catch (error) {
      // Nobody waits for a look, so nothing may leave it; it shows in the checks.
      this.storeFailure = describe(error);
    }
  }

  private async lookAtRedis(): Promise<void> {
    try {
      await within(this.options.redis, this.options.timeoutMs, () => this.options.redis.ping());
      this.redisFailure = undefined;
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
      this.redisFailure = error.message;
    }
  }
}

function toCheck(name: BulkCheck['name'], failure: string | undefined): BulkCheck {
  return { name, ok: failure === undefined, detail: failure };
}

/** With the code that S3 gave: of refused credentials callers hear no more than that the storage does not answer. */
function describe(error: unknown): string {
  if (!GatewayError.is(error)) return error instanceof Error ? error.message : String(error);
  const code = error.details?.['code'];
  return typeof code === 'string' ? `${error.message} (${code})` : error.message;
}

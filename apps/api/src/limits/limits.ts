import { createRedis, Counter, Gauge, type Logger, type Registry } from '#platform';
import type { LimitsConfig } from './limits.config.js';
import { LimitSettler } from './limit-settler.js';
import { ShareLedger } from './share-ledger.js';

export interface LimitsOptions {
  readonly config: LimitsConfig;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Whether any key has a limit now. While none has, Redis is not asked for anything. */
  readonly areNeeded: () => boolean;
}

/** Milliseconds a start waits for the first settlement. */
const FIRST_SETTLEMENT_MS = 1000;
/** How often it is looked whether a key has got a limit. */
const LOOK_MS = 1000;

/** The limits of a process and what shares them with the others. */
export class Limits {
  readonly ledger: ShareLedger;
  private settler: LimitSettler | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: LimitsOptions) {
    this.ledger = new ShareLedger(options.config);
    this.register(options.registry);
  }

  async open(): Promise<void> {
    if (this.options.areNeeded()) {
      await this.startSettling();
      return;
    }
    this.timer = setInterval(() => {
      if (!this.options.areNeeded()) return;
      clearInterval(this.timer);
      void this.startSettling();
    }, LOOK_MS);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.settler?.close();
  }

  private async startSettling(): Promise<void> {
    const { config, logger } = this.options;
    const redis = createRedis({
      url: config.redisUrl,
      role: 'producer',
      commandTimeoutMs: config.redisTimeoutMs,
      logger,
    });
    this.settler = new LimitSettler({ ledger: this.ledger, redis, settleMs: config.settleMs, logger });
    await this.settler.open(FIRST_SETTLEMENT_MS);
  }

  private register(registry: Registry): void {
    const { ledger } = this;
    const isDegraded = (): boolean => this.settler !== undefined && ledger.isDegraded;
    new Gauge({
      name: 'sluice_limits_degraded',
      help: '1 while limits cannot be shared through Redis and each process goes by its own part.',
      registers: [registry],
      collect() {
        this.set(isDegraded() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'sluice_limits_replicas',
      help: 'Processes of the api that limits are shared between, as far as this one knows.',
      registers: [registry],
      collect() {
        this.set(ledger.knownReplicas);
      },
    });
    new Counter({
      name: 'sluice_limits_refused_total',
      help: 'Calls refused because a limit of their key was reached.',
      labelNames: ['limit'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [limit, count] of Object.entries(ledger.refused)) this.inc({ limit }, count);
      },
    });
  }
}

import type { Usage } from '#inference';
import { Counter, Gauge, type Registry } from '#platform';
import type { DrainState } from '../http/exchange/drain-state.js';
import type { Exchange } from '../http/exchange/exchange.js';
import type { RouteFacts } from '../http/routing/route-facts.js';
import { createDurationMetric, type LabelledSeries } from './duration-metric.js';
import { DurationSeries } from './duration-series.js';
import { ModelMetrics } from './model-metrics.js';
import type { TokenClock } from './token-clock.js';

/** How a streamed answer ended. */
export type StreamOutcome = 'completed' | 'failed' | 'client_gone';

/** What the api counts. Requests add to plain numbers; the exposition is made from them when it is asked for. */
export class HttpMetrics {
  private readonly models: ModelMetrics;
  private readonly routes = new Map<RouteFacts, Map<number, DurationSeries>>();
  private readonly streams: Record<StreamOutcome, number> = { completed: 0, failed: 0, client_gone: 0 };
  private openStreams = 0;

  constructor(registry: Registry, drainState: DrainState) {
    this.registerRequests(registry, drainState);
    this.models = new ModelMetrics(registry);
    this.registerStreams(registry);
  }

  requestEnded(exchange: Exchange): void {
    let statuses = this.routes.get(exchange.route);
    if (statuses === undefined) {
      statuses = new Map();
      this.routes.set(exchange.route, statuses);
    }
    const { status } = exchange;
    let series = statuses.get(status);
    if (series === undefined) {
      series = new DurationSeries();
      statuses.set(status, series);
    }
    series.observe(exchange.elapsedMs / 1000);
    const { model, upstream } = exchange;
    // Only a model that the catalog knows can have been asked again.
    if (model !== undefined && upstream !== undefined && upstream.retries > 0)
      this.models.retried(model, upstream.retries);
  }

  /** @param model a name that the catalog knows: others would make a label of whatever callers send. */
  tokensUsed(model: string, usage: Usage): void {
    this.models.tokensUsed(model, usage);
  }

  /** For a streamed answer of a model; what does not come from one has no tokens to time. */
  startClock({ model, startedAtMs }: Exchange): TokenClock | undefined {
    return model === undefined ? undefined : this.models.startClock(model, startedAtMs);
  }

  /** A model's whole answer is there and is sent now. */
  answered({ model, elapsedMs, upstream }: Exchange): void {
    if (model !== undefined && upstream !== undefined) this.models.overhead(model, elapsedMs - upstream.elapsedMs);
  }

  streamOpened(): void {
    this.openStreams++;
  }

  streamEnded(outcome: StreamOutcome): void {
    this.openStreams--;
    this.streams[outcome]++;
  }

  private registerRequests(registry: Registry, drainState: DrainState): void {
    const read = (): LabelledSeries[] => this.readSeries();
    new Counter({
      name: 'sluice_http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, series } of read()) this.inc(labels, series.count);
      },
    });
    registry.registerMetric(
      createDurationMetric(
        'sluice_http_request_duration_seconds',
        'Time from the request head to the end of the answer.',
        read,
      ),
    );
    new Gauge({
      name: 'sluice_http_requests_in_flight',
      help: 'Requests that are being answered.',
      registers: [registry],
      collect() {
        this.set(drainState.openCalls);
      },
    });
  }

  private registerStreams(registry: Registry): void {
    const { streams } = this;
    const open = (): number => this.openStreams;
    new Counter({
      name: 'sluice_streams_total',
      help: 'Streamed answers that have ended.',
      labelNames: ['outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(streams)) this.inc({ outcome }, count);
      },
    });
    new Gauge({
      name: 'sluice_streams_open',
      help: 'Streamed answers that are being sent.',
      registers: [registry],
      collect() {
        this.set(open());
      },
    });
  }

  private readSeries(): LabelledSeries[] {
    return [...this.routes].flatMap(([{ method, label }, statuses]) =>
      [...statuses].map(([status, series]) => ({ labels: { method, route: label, status: String(status) }, series })),
    );
  }
}

import type { Usage } from '#inference';
import { Counter, Gauge, type Registry } from '#platform';
import type { DrainState } from '../http/exchange/drain-state.js';
import type { Exchange } from '../http/exchange/exchange.js';
import type { RouteFacts } from '../http/routing/route-facts.js';
import { createDurationMetric, type LabelledSeries } from './duration-metric.js';
import { DurationSeries } from './duration-series.js';

/** How a streamed answer ended. */
export type StreamOutcome = 'completed' | 'failed' | 'client_gone';

interface TokenCounts {
  prompt: number;
  completion: number;
}

/** What the api counts. Requests add to plain numbers; the exposition is made from them when it is asked for. */
export class HttpMetrics {
  private readonly routes = new Map<RouteFacts, Map<number, DurationSeries>>();
  private readonly tokens = new Map<string, TokenCounts>();
  private readonly streams: Record<StreamOutcome, number> = { completed: 0, failed: 0, client_gone: 0 };
  private openStreams = 0;

  constructor(registry: Registry, drainState: DrainState) {
    this.registerRequests(registry, drainState);
    this.registerTokens(registry);
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
  }

  /** @param model a name that the catalog knows: others would make a label of whatever callers send. */
  tokensUsed(model: string, usage: Usage): void {
    const counts = this.tokens.get(model) ?? { prompt: 0, completion: 0 };
    counts.prompt += usage.promptTokens;
    counts.completion += usage.completionTokens;
    this.tokens.set(model, counts);
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

  private registerTokens(registry: Registry): void {
    const { tokens } = this;
    new Counter({
      name: 'sluice_tokens_total',
      help: 'Tokens of realtime calls, as the model servers counted them.',
      labelNames: ['model', 'kind'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [model, { prompt, completion }] of tokens) {
          this.inc({ model, kind: 'prompt' }, prompt);
          this.inc({ model, kind: 'completion' }, completion);
        }
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

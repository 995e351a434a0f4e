import type { Usage } from '#inference';
import { Counter, type Registry } from '#platform';
import { createDurationMetric, type LabelledSeries } from './duration-metric.js';
import type { DurationSeries } from './duration-series.js';
import { ModelTimes } from './model-times.js';
import { TokenClock } from './token-clock.js';

interface ModelCounts {
  promptTokens: number;
  completionTokens: number;
  retries: number;
  readonly times: ModelTimes;
}

/** What is counted for each model. Names are those that the catalog knows: others would make a label of whatever callers send. */
export class ModelMetrics {
  private readonly models = new Map<string, ModelCounts>();

  constructor(registry: Registry) {
    this.registerTokens(registry);
    this.registerRetries(registry);
    this.registerTimes(registry);
  }

  tokensUsed(model: string, usage: Usage): void {
    const counts = this.of(model);
    counts.promptTokens += usage.promptTokens;
    counts.completionTokens += usage.completionTokens;
  }

  /** @param startedAtMs by `performance.now()`: when the request's head was read. */
  startClock(model: string, startedAtMs: number): TokenClock {
    return new TokenClock(this.of(model).times, startedAtMs);
  }

  /** Time of a call that was not spent waiting for the model. */
  overhead(model: string, milliseconds: number): void {
    this.of(model).times.overhead.observe(Math.max(0, milliseconds) / 1000);
  }

  retried(model: string, times: number): void {
    this.of(model).retries += times;
  }

  private of(model: string): ModelCounts {
    let counts = this.models.get(model);
    if (counts === undefined) {
      counts = { promptTokens: 0, completionTokens: 0, retries: 0, times: new ModelTimes() };
      this.models.set(model, counts);
    }
    return counts;
  }

  private registerTokens(registry: Registry): void {
    const { models } = this;
    new Counter({
      name: 'sluice_tokens_total',
      help: 'Tokens of realtime calls, as the model servers counted them.',
      labelNames: ['model', 'kind'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [model, { promptTokens, completionTokens }] of models) {
          this.inc({ model, kind: 'prompt' }, promptTokens);
          this.inc({ model, kind: 'completion' }, completionTokens);
        }
      },
    });
  }

  private registerRetries(registry: Registry): void {
    const { models } = this;
    new Counter({
      name: 'sluice_upstream_retries_total',
      help: 'Realtime requests to model servers that were made again.',
      labelNames: ['model'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [model, { retries }] of models) this.inc({ model }, retries);
      },
    });
  }

  private registerTimes(registry: Registry): void {
    const add = (name: string, help: string, pick: (times: ModelTimes) => DurationSeries): void =>
      registry.registerMetric(createDurationMetric(name, help, () => this.read(pick)));
    add(
      'sluice_first_token_seconds',
      'Time from the request head to the first event of a streamed answer.',
      ({ firstToken }) => firstToken,
    );
    add(
      'sluice_between_tokens_seconds',
      'Time between two events of a streamed answer, as they were sent.',
      ({ betweenTokens }) => betweenTokens,
    );
    add(
      'sluice_overhead_seconds',
      'Time from the request head to the head of a whole answer, less the time that the model was waited for.',
      ({ overhead }) => overhead,
    );
  }

  private read(pick: (times: ModelTimes) => DurationSeries): LabelledSeries[] {
    return [...this.models].flatMap(([model, { times }]) => {
      const series = pick(times);
      return series.count === 0 ? [] : [{ labels: { model }, series }];
    });
  }
}

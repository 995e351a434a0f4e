import { readStretch } from '#inference';
import { Gauge, type Registry } from '#platform';
import type { CapacityDecision } from './capacity-board.port.js';

interface EndpointCapacity {
  readonly endpoint: string;
  readonly decision: CapacityDecision | undefined;
  /** Calls that this process may have in flight; absent for processes that ask for none. */
  readonly lease?: number;
}

/** What an operator sees of one endpoint's capacity. */
export interface CapacityView {
  /** When it was decided, by the clock of Redis. */
  readonly decidedAtMs: number;
  readonly budget: number;
  readonly phase: string;
  /** Calls that bulk may have in flight. */
  readonly granted: number;
  readonly realtime: number;
  readonly bulk: number;
  /** Mean milliseconds of realtime with bulk out of its way; until the first token where calls are streamed. */
  readonly baselineMs: number | undefined;
  /** How many times as long realtime takes now; `undefined` while too few calls tell. */
  readonly gradient: number | undefined;
}

export function viewCapacity({ settings, state, realtime, bulk }: CapacityDecision): CapacityView {
  const { firstToken, whole } = state.baseline;
  const baseline = firstToken.count > 0 ? firstToken : whole;
  return {
    decidedAtMs: state.atMs,
    budget: settings.ceiling,
    phase: state.phase,
    granted: Math.floor(state.grant),
    realtime,
    bulk,
    baselineMs: baseline.count > 0 ? baseline.timeMs / baseline.count : undefined,
    gradient: readStretch(state),
  };
}

export function toCapacities(decisions: ReadonlyMap<string, CapacityDecision>): EndpointCapacity[] {
  return [...decisions].map(([endpoint, decision]) => ({ endpoint, decision }));
}

/** Read when somebody asks for the metrics. */
export function registerCapacityMetrics(registry: Registry, read: () => Iterable<EndpointCapacity>): void {
  const add = (name: string, help: string, pick: (of: EndpointCapacity) => number | undefined): void => {
    new Gauge({
      name: `sluice_capacity_${name}`,
      help,
      labelNames: ['endpoint'],
      registers: [registry],
      collect() {
        this.reset();
        for (const one of read()) {
          const value = pick(one);
          if (value !== undefined) this.set({ endpoint: one.endpoint }, value);
        }
      },
    });
  };
  const of =
    (pick: (view: CapacityView) => number | undefined) =>
    ({ decision }: EndpointCapacity) =>
      decision === undefined ? undefined : pick(viewCapacity(decision));
  add(
    'budget_calls',
    'Calls that an endpoint works on at once, realtime and bulk together.',
    of((view) => view.budget),
  );
  add(
    'granted_calls',
    'Calls that bulk may have in flight on an endpoint, over all workers.',
    of((view) => view.granted),
  );
  add(
    'realtime_calls',
    'Realtime calls in flight on an endpoint, over all processes.',
    of((view) => view.realtime),
  );
  add(
    'bulk_calls',
    'Calls of bulk in flight on an endpoint, over all workers.',
    of((view) => view.bulk),
  );
  add(
    'baseline_seconds',
    'What realtime takes on an endpoint with bulk out of its way; until the first token where it is streamed.',
    of(({ baselineMs }) => (baselineMs === undefined ? undefined : baselineMs / 1000)),
  );
  add(
    'latency_gradient',
    'How many times as long as its baseline realtime takes on an endpoint.',
    of((view) => view.gradient),
  );
  add(
    'dense',
    '1 while realtime on an endpoint is so dense that bulk yields.',
    of(({ phase }) => (phase === 'dense' ? 1 : 0)),
  );
  add('leased_calls', 'Calls that this worker may have in flight on an endpoint.', ({ lease }) => lease);
}

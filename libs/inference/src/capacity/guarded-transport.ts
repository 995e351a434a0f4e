import { Counter, Gauge, type Registry } from '#platform';
import type { ModelTarget } from '../catalog/model-entry.types.js';
import {
  Transport,
  type TransportReply,
  type TransportRequest,
  type TransportStream,
} from '../transport/transport.port.js';
import { UpstreamFailure } from '../transport/upstream-failure.js';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js';

/** Calls to endpoints that fail again and again are refused at once, so that callers hear it in time to do something else. */
export class GuardedTransport extends Transport {
  private readonly breakers = new Map<string, CircuitBreaker>();
  /** Entries are frozen and live long: a call finds its breaker without building a key. */
  private readonly byTarget = new WeakMap<ModelTarget, CircuitBreaker>();
  private readonly refused: Counter<'endpoint'> | undefined;

  constructor(
    private readonly inner: Transport,
    private readonly options: CircuitBreakerOptions,
    registry?: Registry,
  ) {
    super();
    if (registry === undefined) return;
    this.refused = createRefusalCounter(registry);
    registerOpenGauge(registry, this.breakers);
  }

  invoke(request: TransportRequest): Promise<TransportReply> {
    return this.guard(request, () => this.inner.invoke(request));
  }

  invokeStream(request: TransportRequest): Promise<TransportStream> {
    return this.guard(request, () => this.inner.invokeStream(request));
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async guard<T>(request: TransportRequest, send: () => Promise<T>): Promise<T> {
    if (request.isUnguarded === true) return send();
    const breaker = this.breakerFor(request.target);
    const waitMs = breaker.admit();
    if (waitMs > 0) {
      this.refused?.inc({ endpoint: keyOf(request.target) });
      throw refusal(waitMs);
    }
    try {
      const result = await send();
      breaker.noticeSuccess();
      return result;
    } catch (error) {
      breaker.noticeFailure(error);
      throw error;
    }
  }

  private breakerFor(target: ModelTarget): CircuitBreaker {
    const known = this.byTarget.get(target);
    if (known !== undefined) return known;
    const key = keyOf(target);
    const breaker = this.breakers.get(key) ?? new CircuitBreaker(this.options);
    this.breakers.set(key, breaker);
    this.byTarget.set(target, breaker);
    return breaker;
  }
}

function keyOf(target: ModelTarget): string {
  const region = target.region === undefined ? '' : `${target.region}/`;
  const component = target.inferenceComponent === undefined ? '' : `/${target.inferenceComponent}`;
  return region + target.endpoint + component;
}

function refusal(waitMs: number): UpstreamFailure {
  return new UpstreamFailure(
    'upstream_unavailable',
    'The model endpoint has failed several times in a row and is given a pause. Try again shortly.',
    { retry: 'never', retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}

function createRefusalCounter(registry: Registry): Counter<'endpoint'> {
  return new Counter({
    name: 'sluice_endpoint_calls_refused_total',
    help: 'Calls that were not sent because the circuit breaker of their endpoint was open.',
    labelNames: ['endpoint'],
    registers: [registry],
  });
}

function registerOpenGauge(registry: Registry, breakers: ReadonlyMap<string, CircuitBreaker>): void {
  const gauge = new Gauge({
    name: 'sluice_endpoint_circuit_open',
    help: '1 while calls to an endpoint are refused because it has failed several times in a row.',
    labelNames: ['endpoint'],
    registers: [registry],
    collect: () => {
      for (const [endpoint, breaker] of breakers) gauge.set({ endpoint }, breaker.isOpen ? 1 : 0);
    },
  });
}

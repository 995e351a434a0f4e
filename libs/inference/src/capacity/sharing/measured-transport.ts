import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';
import { endpointName } from '../../catalog/endpoint-name.js';
import type { ModelTarget } from '../../catalog/model-entry.types.js';
import type { Operation } from '../../inference.types.js';
import {
  Transport,
  type TransportReply,
  type TransportRequest,
  type TransportStream,
} from '../../transport/transport.port.js';
import { EndpointSignals } from './endpoint-signals.js';
import { MeasuredStream } from './measured-stream.js';

const FULL: ReadonlySet<ErrorReason> = new Set(['upstream_throttled', 'upstream_unavailable']);
/** How long these take follows what they say, not what they were asked. */
const GENERATING: ReadonlySet<Operation> = new Set(['chat', 'completions', 'invocations']);

/** Notes what realtime sees of each endpoint, in memory and without waiting for anything. Bulk is counted by who sends it. */
export class MeasuredTransport extends Transport {
  /** By the endpoint's name. */
  readonly signals = new Map<string, EndpointSignals>();
  /** Entries are frozen and live long: a call finds its signals without building a name. */
  private readonly byTarget = new WeakMap<ModelTarget, EndpointSignals>();

  constructor(private readonly inner: Transport) {
    super();
  }

  invoke(request: TransportRequest): Promise<TransportReply> {
    return isMeasured(request) ? this.measure(request) : this.inner.invoke(request);
  }

  invokeStream(request: TransportRequest): Promise<TransportStream> {
    return isMeasured(request) ? this.measureStream(request) : this.inner.invokeStream(request);
  }

  /** Realtime calls of this process that are in flight at an endpoint. */
  inFlightAt(target: ModelTarget): number {
    return (this.byTarget.get(target) ?? this.signals.get(endpointName(target)))?.running ?? 0;
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async measure(request: TransportRequest): Promise<TransportReply> {
    const signals = this.signalsOf(request.target);
    const startedAtMs = performance.now();
    signals.arrived();
    try {
      const reply = await this.inner.invoke(request);
      const size = GENERATING.has(request.operation) ? sizeOf(reply) : request.body.length;
      signals.answered(size, performance.now() - startedAtMs);
      return reply;
    } catch (error) {
      if (saysFull(error)) signals.full();
      throw error;
    } finally {
      signals.left();
    }
  }

  private async measureStream(request: TransportRequest): Promise<TransportStream> {
    const signals = this.signalsOf(request.target);
    const startedAtMs = performance.now();
    signals.arrived();
    try {
      const stream = await this.inner.invokeStream(request);
      return new MeasuredStream(stream, { signals, size: request.body.length, startedAtMs });
    } catch (error) {
      if (saysFull(error)) signals.full();
      signals.left();
      throw error;
    }
  }

  private signalsOf(target: ModelTarget): EndpointSignals {
    const known = this.byTarget.get(target);
    if (known !== undefined) return known;
    const name = endpointName(target);
    const signals = this.signals.get(name) ?? new EndpointSignals();
    this.signals.set(name, signals);
    this.byTarget.set(target, signals);
    return signals;
  }
}

/** What waits in SageMaker's own queue takes no place of an endpoint that others wait for. */
function isMeasured({ isUnguarded, via }: TransportRequest): boolean {
  return isUnguarded !== true && via !== 'async';
}

function saysFull(error: unknown): boolean {
  return GatewayError.is(error) && FULL.has(error.reason);
}

function sizeOf({ body, pieces }: TransportReply): number {
  return pieces === undefined ? body.length : pieces.reduce((sum, piece) => sum + piece.length, 0);
}

import { GatewayError } from '#platform';
import type { Catalog } from '../catalog/catalog.js';
import { checkModelType } from '../catalog/check-model-type.js';
import type { ModelEntry, TransportName } from '../catalog/model-entry.types.js';
import type { InferenceCall, Operation } from '../inference.types.js';
import { withRetries } from '../transport/retry.js';
import type { Transport, TransportRequest, TransportStream } from '../transport/transport.port.js';
import type { UseCaseOptions } from './use-case-options.js';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CONTENT_TYPE = 'application/json';
/** What SageMaker takes as an inference id. */
const INFERENCE_ID = /^[!-~][ -~]{0,63}$/;

/** What all use cases share: from a name to an entry, from bytes to the bytes that the container answers. */
export class ModelCaller {
  constructor(
    private readonly catalog: Catalog,
    private readonly transport: Transport,
    readonly options: UseCaseOptions,
  ) {}

  /** @throws GatewayError `model_not_found` or `unsupported_model`. */
  resolve(call: InferenceCall, operation: Operation, transport: TransportName): ModelEntry {
    const entry = this.catalog.resolve(call.model);
    checkModelType(entry, operation);
    if (entry.transports.includes(transport)) return entry;
    const [message, param] =
      transport === 'invoke-stream'
        ? [`The model '${entry.id}' does not stream. Leave 'stream' out.`, 'stream']
        : [`The model '${entry.id}' answers streamed requests only. Set 'stream' to true.`, 'stream'];
    throw new GatewayError('unsupported_model', message, { param });
  }

  /** The container's whole answer. */
  async invoke(entry: ModelEntry, call: InferenceCall, body: Buffer): Promise<Buffer> {
    const request = requestFor(entry, call, body);
    const reply = await withRetries(() => this.transport.invoke(request), {
      maxRetries: this.maxRetriesOf(call),
      signal: call.signal,
    });
    return reply.body;
  }

  /** The container's answer as it comes; what goes wrong before it begins is tried again. */
  openStream(entry: ModelEntry, call: InferenceCall, body: Buffer): Promise<TransportStream> {
    const { firstTokenTimeoutMs, stallTimeoutMs } = entry.limits;
    const request: TransportRequest = {
      ...requestFor(entry, call, body),
      timeouts: { headersMs: firstTokenTimeoutMs, idleMs: Math.max(firstTokenTimeoutMs, stallTimeoutMs) },
    };
    return withRetries(() => this.transport.invokeStream(request), {
      maxRetries: this.maxRetriesOf(call),
      signal: call.signal,
    });
  }

  /** Runs one call and reports how it ended. */
  async observed<T>(entry: ModelEntry, operation: Operation, run: () => Promise<T>): Promise<T> {
    const end = this.startObserving(entry, operation);
    try {
      const result = await run();
      end(undefined);
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  startObserving(entry: ModelEntry, operation: Operation): (error: unknown) => void {
    const { observe } = this.options;
    if (observe === undefined) return () => undefined;
    const startedAt = performance.now();
    return (error) => {
      const outcome = error === undefined ? 'ok' : GatewayError.is(error) ? error.reason : 'internal_error';
      observe({ model: entry.id, operation, outcome, seconds: (performance.now() - startedAt) / 1000 });
    };
  }

  private maxRetriesOf(call: InferenceCall): number {
    return call.retries === 'none' ? 0 : this.options.maxRetries;
  }
}

function requestFor(entry: ModelEntry, call: InferenceCall, bytes: Buffer): TransportRequest {
  const { target, limits } = entry;
  // The scanner accepts a byte order mark; model servers need not.
  const body = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  if (body.length > limits.payloadBytes) {
    throw new GatewayError(
      'body_too_large',
      `The request is ${body.length} bytes; the model '${entry.id}' takes at most ${limits.payloadBytes}.`,
    );
  }
  return {
    endpoint: target.endpoint,
    contentType: CONTENT_TYPE,
    body,
    signal: call.signal,
    timeouts: { headersMs: limits.requestTimeoutMs, idleMs: limits.stallTimeoutMs },
    ...(INFERENCE_ID.test(call.requestId) ? { inferenceId: call.requestId } : {}),
    ...(target.inferenceComponent === undefined ? {} : { inferenceComponent: target.inferenceComponent }),
    ...(target.region === undefined ? {} : { region: target.region }),
  };
}

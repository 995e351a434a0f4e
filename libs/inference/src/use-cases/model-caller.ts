import { GatewayError } from '#platform';
import { canStandIn } from '../catalog/can-stand-in.js';
import type { Catalog } from '../catalog/catalog.js';
import { memberAt } from '../catalog/member-at.js';
import { checkModelType } from '../catalog/check-model-type.js';
import { chooseTransport, type AnswerMode } from '../catalog/choose-transport.js';
import { OPERATIONS_OF_TYPE, type ModelEntry } from '../catalog/model-entry.types.js';
import type { CallContext, Operation } from '../inference.types.js';
import { ReplyBytes } from '../transport/reply-bytes.js';
import { withRetries } from '../transport/retry.js';
import type { Transport, TransportRequest, TransportStream } from '../transport/transport.port.js';
import { askMembers } from '../capacity/ask-members.js';
import { orderByRoom } from '../capacity/order-by-room.js';
import { callFirstAble } from '../capacity/call-first-able.js';
import { createTransportRequest, type CallDetails } from '../transport/create-transport-request.js';
import { renameModel } from '../transport/rename-model.js';
import type { UseCaseOptions } from './use-case-options.js';

const MODE_OF = { invoke: 'whole', 'invoke-stream': 'stream' } as const satisfies Record<string, AnswerMode>;

/** What all use cases share: from a name to an entry, from bytes to the bytes that the container answers. */
export class ModelCaller {
  /** Calls so far to models with several endpoints. */
  private turns = 0;

  constructor(
    private readonly catalog: Catalog,
    private readonly transport: Transport,
    readonly options: UseCaseOptions,
  ) {}

  /**
   * @param how The kind of answer that is wanted, `invoke` for a whole one; absent = the use case itself decides by
   *   `chooseTransport` how it gets its answer.
   * @throws GatewayError `model_not_found` or `unsupported_model`.
   */
  resolve(call: CallContext, operation: Operation, how?: keyof typeof MODE_OF): ModelEntry {
    const entry = this.catalog.resolve(call.model);
    checkModelType(entry, operation);
    if (how === undefined || chooseTransport(entry, operation, MODE_OF[how]) !== undefined) return entry;
    const message =
      how === 'invoke-stream'
        ? `The model '${entry.id}' does not stream. Leave 'stream' out.`
        : `The model '${entry.id}' answers streamed requests only. Set 'stream' to true.`;
    throw new GatewayError('unsupported_model', message, { param: 'stream' });
  }

  /**
   * The container's whole answer. While none of the entry's endpoints can answer, its fallbacks are asked the same.
   *
   * @param details Absent = a JSON body for the operation that is the model type's own.
   */
  invoke(entry: ModelEntry, call: CallContext, body: Buffer, details: CallDetails = {}): Promise<Buffer> {
    return this.firstAble(entry, call, { body, details, mode: 'whole' }, async (request) => {
      const reply = await this.transport.invoke(request);
      return reply.body;
    });
  }

  /** What `invoke` gives, in the pieces in which it came. */
  invokeForPieces(entry: ModelEntry, call: CallContext, body: Buffer, details: CallDetails = {}): Promise<ReplyBytes> {
    return this.firstAble(entry, call, { body, details, mode: 'whole' }, async (request) => {
      const reply = await this.transport.invoke(request);
      return new ReplyBytes(reply.pieces ?? [reply.body]);
    });
  }

  /** The container's answer as it comes; what goes wrong before it begins is tried again, then asked of the fallbacks. */
  openStream(entry: ModelEntry, call: CallContext, body: Buffer, details: CallDetails = {}): Promise<TransportStream> {
    return this.firstAble(entry, call, { body, details, mode: 'stream' }, (request) =>
      this.transport.invokeStream(request),
    );
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

  private firstAble<T>(
    entry: ModelEntry,
    call: CallContext,
    { body, details, mode }: { readonly body: Buffer; readonly details: CallDetails; readonly mode: AnswerMode },
    send: (request: TransportRequest) => Promise<T>,
  ): Promise<T> {
    const operation = details.operation ?? OPERATIONS_OF_TYPE[entry.type][0];
    const sendTo = (candidate: ModelEntry, bytes: Buffer): Promise<T> => {
      const via = chooseTransport(candidate, operation, mode);
      if (via === undefined) throw new GatewayError('unsupported_model', `The model '${candidate.id}' cannot do this.`);
      const sendAt = (member: ModelEntry): Promise<T> =>
        send(createTransportRequest(member, call, { ...details, body: bytes, operation, mode, via }));
      let isRetry = false;
      const sendOnce = (): Promise<T> => {
        if (isRetry) call.clock?.retried();
        isRetry = true;
        return candidate.replicas.length === 0 ? sendAt(candidate) : this.sendToMember(candidate, call, sendAt);
      };
      const sendUntilDone = (): Promise<T> =>
        withRetries(sendOnce, {
          maxRetries: call.retries === 'none' ? 0 : this.options.maxRetries,
          signal: call.signal,
        });
      return call.clock === undefined ? sendUntilDone() : call.clock.time(sendUntilDone);
    };
    if (entry.fallbacks.length === 0 || call.retries === 'none') return sendTo(entry, body);
    return callFirstAble([entry, ...this.fallbacksOf(entry, operation, mode)], call.signal, (candidate) =>
      sendTo(candidate, candidate === entry ? body : renameModel(body, candidate.servedName, details.contentType)),
    );
  }

  /** Sends to the endpoint that is named, or to the first of several that answers, the emptiest first. */
  private sendToMember<T>(
    entry: ModelEntry,
    { endpoint, retries, signal }: CallContext,
    send: (member: ModelEntry) => Promise<T>,
  ): Promise<T> {
    if (endpoint !== undefined || retries === 'none') return send(memberAt(entry, endpoint));
    const { inFlightAt = () => 0 } = this.options;
    return askMembers(orderByRoom(entry, inFlightAt, this.turns++), signal, send);
  }

  /** Those that are in the catalog at the moment and could give this kind of answer. */
  private fallbacksOf(entry: ModelEntry, operation: Operation, mode: AnswerMode): readonly ModelEntry[] {
    return entry.fallbacks
      .map((id) => this.catalog.find(id))
      .filter((other) => other !== undefined)
      .filter((other) => canStandIn(other, entry) && chooseTransport(other, operation, mode) !== undefined)
      .filter(({ options }) => mode === 'stream' || options.streamOnly !== true);
  }
}

import { GatewayError } from '#platform';
import type { Catalog } from '../catalog/catalog.js';
import type { InferenceCall, InferenceReply, Operation, UseCase } from '../inference.types.js';
import {
  Transport,
  type TransportReply,
  type TransportRequest,
  type TransportStream,
} from '../transport/transport.port.js';
import { createUseCases, type JsonUseCases } from '../use-cases/create-use-cases.js';
import type { UseCaseOptions } from '../use-cases/use-case-options.js';
import type { EncodedCall } from './deferred-calls.port.js';

/**
 * A use case in two halves: what it would send, and what it makes of an answer that came by another way and perhaps in
 * another process. Both halves run the use case itself, so that an answer reads the same whichever way it came.
 */
export class CallCodec {
  constructor(
    private readonly catalog: Catalog,
    /** Each half is a use case of its own, so threads must be somebody else's. */
    private readonly options: Omit<UseCaseOptions, 'observe'> & Required<Pick<UseCaseOptions, 'converter'>>,
  ) {}

  /** @throws GatewayError for a call that the use case refuses */
  async encode(operation: Operation, call: InferenceCall): Promise<EncodedCall> {
    const transport = new OneCallTransport(undefined);
    try {
      await this.useCase(operation, transport).create({ ...call, retries: 'none' });
    } catch (error) {
      if (!(error instanceof Captured)) throw error;
      const { body, contentType, customAttributes } = error.request;
      return { body, contentType, ...(customAttributes === undefined ? {} : { customAttributes }) };
    }
    throw new GatewayError('internal_error', 'This request came to no call of a model.');
  }

  /** @throws GatewayError as a direct call with this answer would */
  async decode(operation: Operation, call: InferenceCall, answer: Buffer): Promise<InferenceReply> {
    return await this.useCase(operation, new OneCallTransport(answer)).create({ ...call, retries: 'none' });
  }

  private useCase(operation: Operation, transport: Transport): UseCase {
    const useCases: JsonUseCases = createUseCases(this.catalog, transport, this.options);
    if (operation in useCases) return useCases[operation as keyof JsonUseCases];
    throw new GatewayError('internal_error', 'Calls of this kind cannot be deferred.', { details: { operation } });
  }
}

/** Carries a request out of the use case that made it. */
class Captured extends Error {
  constructor(readonly request: TransportRequest) {
    super('the call was captured');
  }
}

class OneCallTransport extends Transport {
  private used = false;

  constructor(private readonly answer: Buffer | undefined) {
    super();
  }

  invoke(request: TransportRequest): Promise<TransportReply> {
    if (this.answer === undefined) return Promise.reject(new Captured(request));
    if (this.used)
      return Promise.reject(new GatewayError('internal_error', 'This request comes to more than one call.'));
    this.used = true;
    return Promise.resolve({ body: this.answer });
  }

  invokeStream(): Promise<TransportStream> {
    return Promise.reject(new GatewayError('unsupported_model', 'This model answers in one piece only.'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

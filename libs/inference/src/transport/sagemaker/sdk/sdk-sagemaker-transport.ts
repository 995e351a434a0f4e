import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import type { SageMakerTarget } from '../../../catalog/model-entry.types.js';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import { createSageMakerClient, type SageMakerOptions } from '../sagemaker-client.js';
import { sageMakerTargetOf } from '../sagemaker-target-of.js';
import { CallDeadline } from './call-deadline.js';
import { SdkStream } from './sdk-stream.js';
import { translateSdkError } from './translate-sdk-error.js';

/** SageMaker through the SDK's own client: the reference that the fast transport is held to. */
export class SdkSageMakerTransport extends Transport {
  private readonly clients = new Map<string, SageMakerRuntimeClient>();

  constructor(private readonly options: SageMakerOptions) {
    super();
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    const target = sageMakerTargetOf(request);
    const deadline = new CallDeadline(request.signal);
    try {
      deadline.start(request.timeouts.headersMs);
      const reply = await this.clientFor(target.region).send(new InvokeEndpointCommand(inputOf(target, request)), {
        abortSignal: deadline.signal,
      });
      const { buffer, byteOffset, byteLength } = reply.Body ?? new Uint8Array();
      return { body: Buffer.from(buffer, byteOffset, byteLength) };
    } catch (error) {
      throw deadline.reason() ?? translateSdkError(error, { endpoint: target.endpoint, phase: 'before-headers' });
    } finally {
      deadline.release();
    }
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    const target = sageMakerTargetOf(request);
    const deadline = new CallDeadline(request.signal);
    try {
      deadline.start(request.timeouts.headersMs);
      const { Body: parts } = await this.clientFor(target.region).send(
        new InvokeEndpointWithResponseStreamCommand(inputOf(target, request)),
        { abortSignal: deadline.signal },
      );
      if (parts === undefined) throw new Error('the answer has no body');
      deadline.stop();
      return new SdkStream(parts[Symbol.asyncIterator](), deadline, request);
    } catch (error) {
      const reason =
        deadline.reason() ?? translateSdkError(error, { endpoint: target.endpoint, phase: 'before-headers' });
      deadline.abort(reason);
      throw reason;
    }
  }

  close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    return Promise.resolve();
  }

  /** '' is the region of the process. */
  private clientFor(region = ''): SageMakerRuntimeClient {
    const known = this.clients.get(region);
    if (known !== undefined) return known;
    const client = createSageMakerClient(region === '' ? this.options : { ...this.options, region });
    this.clients.set(region, client);
    return client;
  }
}

function inputOf(target: SageMakerTarget, request: TransportRequest) {
  return {
    EndpointName: target.endpoint,
    ContentType: request.contentType,
    Body: request.body,
    ...(request.customAttributes === undefined ? {} : { CustomAttributes: request.customAttributes }),
    ...(request.inferenceId === undefined ? {} : { InferenceId: request.inferenceId }),
    ...(request.prefixAwareId === undefined ? {} : { PrefixAwareId: request.prefixAwareId }),
    ...(target.inferenceComponent === undefined ? {} : { InferenceComponentName: target.inferenceComponent }),
  };
}

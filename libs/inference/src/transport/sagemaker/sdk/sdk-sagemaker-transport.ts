import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { GatewayError } from '#platform';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import { createSageMakerClient, type SageMakerOptions } from '../sagemaker-client.js';
import { CallDeadline } from './call-deadline.js';
import { SdkStream } from './sdk-stream.js';
import { translateSdkError } from './translate-sdk-error.js';

/** SageMaker through the SDK's own client: the reference that the fast transport is held to. */
export class SdkSageMakerTransport extends Transport {
  private constructor(private readonly clients: ReadonlyMap<string, SageMakerRuntimeClient>) {
    super();
  }

  /** @param regions Regions that will be called; '' is the region of the process. */
  static open(options: SageMakerOptions, regions: readonly string[]): SdkSageMakerTransport {
    return new SdkSageMakerTransport(
      new Map(
        regions.map((region) => [region, createSageMakerClient(region === '' ? options : { ...options, region })]),
      ),
    );
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    const deadline = new CallDeadline(request.signal);
    try {
      deadline.start(request.timeouts.headersMs);
      const reply = await this.clientFor(request).send(new InvokeEndpointCommand(inputOf(request)), {
        abortSignal: deadline.signal,
      });
      const { buffer, byteOffset, byteLength } = reply.Body ?? new Uint8Array();
      return { body: Buffer.from(buffer, byteOffset, byteLength) };
    } catch (error) {
      throw deadline.reason() ?? translateSdkError(error, { endpoint: request.endpoint, phase: 'before-headers' });
    } finally {
      deadline.release();
    }
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    const deadline = new CallDeadline(request.signal);
    try {
      deadline.start(request.timeouts.headersMs);
      const { Body: parts } = await this.clientFor(request).send(
        new InvokeEndpointWithResponseStreamCommand(inputOf(request)),
        { abortSignal: deadline.signal },
      );
      if (parts === undefined) throw new Error('the answer has no body');
      deadline.stop();
      return new SdkStream(parts[Symbol.asyncIterator](), deadline, request);
    } catch (error) {
      const reason =
        deadline.reason() ?? translateSdkError(error, { endpoint: request.endpoint, phase: 'before-headers' });
      deadline.abort(reason);
      throw reason;
    }
  }

  close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    return Promise.resolve();
  }

  private clientFor({ region = '' }: TransportRequest): SageMakerRuntimeClient {
    const client = this.clients.get(region);
    if (client !== undefined) return client;
    throw new GatewayError('internal_error', 'The gateway has no connection to the region of this model.', {
      details: { region },
    });
  }
}

function inputOf(request: TransportRequest) {
  return {
    EndpointName: request.endpoint,
    ContentType: request.contentType,
    Body: request.body,
    ...(request.customAttributes === undefined ? {} : { CustomAttributes: request.customAttributes }),
    ...(request.inferenceId === undefined ? {} : { InferenceId: request.inferenceId }),
    ...(request.inferenceComponent === undefined ? {} : { InferenceComponentName: request.inferenceComponent }),
  };
}

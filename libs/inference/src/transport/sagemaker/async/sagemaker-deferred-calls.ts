import { InvokeEndpointAsyncCommand } from '@aws-sdk/client-sagemaker-runtime';
import { GatewayError } from '#platform';
import type { ObjectExchange } from '#storage';
import type { Catalog } from '../../../catalog/catalog.js';
import type { ModelEntry } from '../../../catalog/model-entry.types.js';
import type { CallCodec } from '../../../deferred/call-codec.js';
import {
  DeferredCalls,
  type DeferredFailure,
  type DeferredWay,
  type EncodedCall,
  type Submission,
  type SubmitResult,
} from '../../../deferred/deferred-calls.port.js';
import type { InferenceCall, InferenceReply, Operation } from '../../../inference.types.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { CallDeadline } from '../sdk/call-deadline.js';
import { translateSdkError } from '../sdk/translate-sdk-error.js';
import { AsyncClients } from './async-clients.js';
import { placeInput } from './async-input.js';
import { readFailureText } from './read-failure-text.js';
import { wasNeverAccepted } from './was-never-accepted.js';

export interface SageMakerDeferredOptions {
  readonly sageMaker: SageMakerOptions;
  readonly exchange: ObjectExchange;
  /** The models as their asynchronous endpoints are called. */
  readonly catalog: Catalog;
  readonly codec: CallCodec;
}

/** InvokeEndpointAsync through the AWS SDK; results and failures read from the S3 locations that it names. */
export class SageMakerDeferredCalls extends DeferredCalls {
  private readonly clients: AsyncClients;

  constructor(private readonly options: SageMakerDeferredOptions) {
    super();
    this.clients = new AsyncClients(options.sageMaker);
  }

  override way(model: string): DeferredWay | undefined {
    const entry = this.options.catalog.find(model);
    if (entry?.options.async === undefined) return undefined;
    const { bulk } = entry;
    return {
      endpoint: entry.target.endpoint,
      options: entry.options.async,
      ...(bulk === undefined ? {} : { choice: bulk }),
    };
  }

  override async encode(operation: Operation, call: InferenceCall): Promise<EncodedCall> {
    return await this.options.codec.encode(operation, call);
  }

  override async decode(operation: Operation, call: InferenceCall, answer: Buffer): Promise<InferenceReply> {
    return await this.options.codec.decode(operation, call, answer);
  }

  override async submit(model: string, submission: Submission, signal: AbortSignal): Promise<SubmitResult> {
    const deadline = new CallDeadline(signal);
    let isSent = false;
    try {
      const entry = this.options.catalog.resolve(model);
      deadline.start(entry.limits.requestTimeoutMs);
      const command = await this.commandFor(entry, submission, deadline.signal);
      isSent = true;
      const { OutputLocation, FailureLocation } = await this.clients
        .of(entry.target.region)
        .send(command, { abortSignal: deadline.signal });
      if (OutputLocation === undefined) throw new Error('the answer names no output location');
      return { kind: 'accepted', output: OutputLocation, failure: FailureLocation };
    } catch (error) {
      if (!isSent) return { kind: 'refused', error };
      const endpoint = this.options.catalog.find(model)?.target.endpoint ?? '';
      const translated = deadline.reason() ?? translateSdkError(error, { endpoint, phase: 'before-headers' });
      return { kind: wasNeverAccepted(translated) ? 'refused' : 'unclear', error: translated };
    } finally {
      deadline.release();
    }
  }

  override async list(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    return await this.options.exchange.list(prefix, { signal });
  }

  override async read(location: string, signal: AbortSignal): Promise<Buffer | undefined> {
    return await this.options.exchange.read(location, { signal });
  }

  override readFailure(model: string, text: string): DeferredFailure {
    return readFailureText(text, this.options.catalog.find(model)?.target.endpoint ?? '');
  }

  close(): void {
    this.clients.close();
  }

  private async commandFor(
    { target }: ModelEntry,
    submission: Submission,
    signal: AbortSignal,
  ): Promise<InvokeEndpointAsyncCommand> {
    if (target.kind !== 'sagemaker') {
      throw new GatewayError('internal_error', 'The gateway cannot reach this model.', {
        details: { kind: target.kind },
      });
    }
    const { call, inputKey } = submission;
    const { contentType, customAttributes } = call;
    const input = await placeInput(this.options.exchange, call.body, { key: inputKey, contentType, signal });
    return new InvokeEndpointAsyncCommand({
      EndpointName: target.endpoint,
      ContentType: contentType,
      ...input.members,
      InferenceId: submission.inferenceId,
      Filename: submission.filename,
      S3OutputPathExtension: submission.outputExtension,
      RequestTTLSeconds: submission.ttlSeconds,
      InvocationTimeoutSeconds: submission.timeoutSeconds,
      ...(customAttributes === undefined ? {} : { CustomAttributes: customAttributes }),
    });
  }
}

import { InvokeEndpointAsyncCommand } from '@aws-sdk/client-sagemaker-runtime';
import { GatewayError, type Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { sageMakerTargetOf } from '../sagemaker-target-of.js';
import { CallDeadline } from '../sdk/call-deadline.js';
import { translateSdkError } from '../sdk/translate-sdk-error.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';
import { AsyncClients } from './async-clients.js';
import { newInputKey, placeInput, type AsyncInput } from './async-input.js';
import { waitForResult, type PollPace, type ResultLocations } from './wait-for-result.js';

export interface AsyncTransportOptions {
  readonly sageMaker: SageMakerOptions;
  readonly exchange: ObjectExchange;
  readonly logger: Logger;
  readonly pace?: PollPace;
}

/** Short calls lose little to the first look; a call of minutes costs some hundred requests to S3. */
const PACE: PollPace = { firstMs: 100, maxMs: 2_000 };
const DEFAULTS = { inputPrefix: 'async', timeoutSeconds: 900, ttlSeconds: 21_600 } as const;
/** SageMaker's own least. */
const MIN_TTL_SECONDS = 60;

/**
 * Endpoints that take asynchronous calls alone, called and waited for: input and result go through S3. A caller that
 * leaves ends the waiting; the call itself cannot be taken back, so it does not outlive the wait in SageMaker's queue.
 */
export class AsyncSageMakerTransport extends Transport {
  private readonly clients: AsyncClients;

  constructor(private readonly options: AsyncTransportOptions) {
    super();
    this.clients = new AsyncClients(options.sageMaker);
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    const { exchange, pace = PACE } = this.options;
    const { endpoint } = sageMakerTargetOf(request);
    const { inputPrefix, timeoutSeconds } = request.async ?? DEFAULTS;
    const deadline = new CallDeadline(request.signal);
    const { signal } = deadline;
    let input: AsyncInput | undefined;
    try {
      deadline.start(timeoutSeconds * 1000);
      input = await placeInput(exchange, request.body, {
        key: newInputKey(inputPrefix),
        contentType: request.contentType,
        signal,
      });
      const locations = await this.submit(request, input, signal);
      const result = await waitForResult(exchange, locations, { signal, pace });
      if (result.kind === 'output') return { body: result.body };
      throw translateSageMakerError({ name: 'ModelError', status: 424, message: result.text }, endpoint);
    } catch (error) {
      throw deadline.reason() ?? error;
    } finally {
      deadline.release();
      if (input?.key !== undefined) void this.removeInput(input.key);
    }
  }

  invokeStream(request: TransportRequest): Promise<TransportStream> {
    const message = 'This model answers in one piece only.';
    return Promise.reject(new GatewayError('unsupported_model', message, { details: { via: request.via } }));
  }

  close(): Promise<void> {
    this.clients.close();
    return Promise.resolve();
  }

  private async submit(request: TransportRequest, input: AsyncInput, signal: AbortSignal): Promise<ResultLocations> {
    const { endpoint, region } = sageMakerTargetOf(request);
    const { timeoutSeconds, ttlSeconds } = request.async ?? DEFAULTS;
    const command = new InvokeEndpointAsyncCommand({
      EndpointName: endpoint,
      ContentType: request.contentType,
      ...input.members,
      InvocationTimeoutSeconds: timeoutSeconds,
      // Nobody waits for a call that has been in the queue for longer than this.
      RequestTTLSeconds: Math.max(MIN_TTL_SECONDS, Math.min(ttlSeconds, timeoutSeconds)),
      ...(request.customAttributes === undefined ? {} : { CustomAttributes: request.customAttributes }),
      ...(request.inferenceId === undefined ? {} : { InferenceId: request.inferenceId }),
    });
    const submission = new CallDeadline(signal);
    try {
      submission.start(request.timeouts.headersMs);
      const { OutputLocation, FailureLocation } = await this.clients.of(region).send(command, {
        abortSignal: submission.signal,
      });
      if (OutputLocation === undefined) throw new Error('the answer names no output location');
      return { output: OutputLocation, failure: FailureLocation };
    } catch (error) {
      throw submission.reason() ?? translateSdkError(error, { endpoint, phase: 'before-headers' });
    } finally {
      submission.release();
    }
  }

  /** Also when the caller has left: a call that still waits then fails at once, instead of costing time on a GPU. */
  private async removeInput(key: string): Promise<void> {
    try {
      await this.options.exchange.remove(key);
    } catch (error) {
      this.options.logger.warn({ key, error }, 'the input of an asynchronous call could not be removed');
    }
  }
}

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AsyncJob } from '../async/async-job.js';
import { createValidationError } from '../wire/aws-error.js';
import { readHeader, type Invocation, type OperationServices } from './invocation.js';

// Defaults of the API: six hours in the queue, fifteen minutes in the container.
const defaultTimeToLiveSeconds = 21_600;
const defaultTimeoutSeconds = 900;

export interface AsyncClock {
  /** Length of a second of RequestTTLSeconds and InvocationTimeoutSeconds; tests make it shorter. */
  readonly secondMs: number;
}

/** POST /endpoints/{name}/async-invocations */
export function createInvokeEndpointAsync(clock: AsyncClock) {
  return async (invocation: Invocation, services: OperationServices): Promise<void> => {
    const job = createJob(invocation, clock);
    services.asyncInferences.enqueue(job);
    const { response, fault } = invocation;
    if (fault?.kind === 'answer-lost') {
      response.destroy();
      return;
    }
    const body = Buffer.from(JSON.stringify({ InferenceId: job.inferenceId }));
    response.writeHead(202, {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-amzn-requestid': invocation.requestId,
      'x-amzn-sagemaker-outputlocation': job.outputLocation,
      ...(job.failureLocation !== undefined && { 'x-amzn-sagemaker-failurelocation': job.failureLocation }),
    });
    response.end(body);
  };
}

function createJob(invocation: Invocation, clock: AsyncClock): AsyncJob {
  const { endpoint, headers } = invocation;
  const settings = endpoint.definition.async;
  if (settings === undefined) {
    throw createValidationError(
      `Endpoint ${endpoint.definition.name} has no AsyncInferenceConfig and does not support asynchronous invocations.`,
    );
  }
  const sageMakerHeader = (name: string) => readHeader(headers, `x-amzn-sagemaker-${name}`);
  const extension = sageMakerHeader('s3outputpathextension')?.replaceAll(/^\/+|\/+$/g, '');
  const id = randomUUID();
  const folder = extension === undefined ? settings.s3OutputPath : `${settings.s3OutputPath}/${extension}`;
  return {
    endpoint,
    settings,
    requestId: invocation.requestId,
    inferenceId: sageMakerHeader('inference-id') ?? id,
    region: invocation.region,
    input: readInput(invocation),
    outputLocation: `${folder}/${sageMakerHeader('filename') ?? `${id}.out`}`,
    failureLocation: settings.s3FailurePath === undefined ? undefined : `${settings.s3FailurePath}/${id}-error.out`,
    contentType: sageMakerHeader('content-type'),
    accept: sageMakerHeader('accept'),
    customAttributes: sageMakerHeader('custom-attributes'),
    timeToLiveMs: readSeconds(headers, 'requestttlseconds', defaultTimeToLiveSeconds) * clock.secondMs,
    timeoutMs: readSeconds(headers, 'invocationtimeoutseconds', defaultTimeoutSeconds) * clock.secondMs,
    receivedTime: new Date().toISOString(),
    fault: invocation.fault,
  };
}

function readInput(invocation: Invocation): AsyncJob['input'] {
  const location = readHeader(invocation.headers, 'x-amzn-sagemaker-inputlocation');
  const hasBody = invocation.body.length > 0;
  if (location !== undefined && hasBody)
    throw createValidationError('InputLocation and Body are mutually exclusive; provide only one of them.');
  if (location !== undefined) return { location };
  if (hasBody) return { body: invocation.body };
  throw createValidationError('Either InputLocation or Body must be provided.');
}

function readSeconds(headers: IncomingHttpHeaders, name: string, otherwise: number): number {
  const value = readHeader(headers, `x-amzn-sagemaker-${name}`);
  return value === undefined ? otherwise : Number(value);
}

import type { WitnessLog } from '../../witness/witness-log.js';
import { callContainer } from '../containers/call-container.js';
import { collectBody } from '../containers/container-answer.js';
import { AwsError } from '../wire/aws-error.js';
import { createModelError, createModelTimeoutError } from '../wire/model-error.js';
import { DeadlineError, withDeadline } from '../wire/with-deadline.js';
import type { AsyncJob } from './async-job.js';
import { notifySubscriber, type InferenceResult } from './notify-subscriber.js';
import type { ObjectAccess } from './object-access.js';

export interface AsyncJobServices {
  readonly objects: ObjectAccess;
  readonly witness: WitnessLog;
  readonly notificationTimeoutMs: number;
  /** Aborts when the stand-in stops. */
  readonly signal: AbortSignal;
}

const brokenConnectionFaults: ReadonlySet<string> = new Set(['cut', 'stream-error', 'stream-internal-failure']);

/** Reads the input, calls the container, writes the answer or the failure, and announces which it was. */
export async function runAsyncJob(job: AsyncJob, services: AsyncJobServices): Promise<void> {
  const { objects, signal } = services;
  let result: InferenceResult;
  try {
    const output = await infer(job, services);
    await objects.write(job.outputLocation, output.body, output.contentType, signal);
    result = { status: 'Completed', contentType: output.contentType };
  } catch (error) {
    if (signal.aborted) throw error;
    await failAsyncJob(job, reasonOf(error, job), services);
    return;
  }
  await announce(job, result, services);
}

/** Leaves the reason where the caller was told to look for it. */
export async function failAsyncJob(job: AsyncJob, failureReason: string, services: AsyncJobServices): Promise<void> {
  const { objects, signal } = services;
  if (job.failureLocation !== undefined) {
    await objects.write(job.failureLocation, Buffer.from(failureReason), 'text/plain', signal);
  }
  await announce(job, { status: 'Failed', failureReason }, services);
}

async function infer(job: AsyncJob, services: AsyncJobServices): Promise<{ body: Buffer; contentType: string }> {
  const body = 'body' in job.input ? job.input.body : await services.objects.read(job.input.location, services.signal);
  const { endpoint, requestId, inferenceId, fault } = job;
  const { witness } = services;
  const output: { body?: Buffer; contentType?: string } = {};
  await withDeadline(services.signal, job.timeoutMs, async (signal) =>
    callContainer(
      {
        endpoint,
        operation: 'InvokeEndpointAsync',
        body,
        contentType: job.contentType,
        readObject: (location, readSignal) => services.objects.read(location, readSignal),
        requestId,
        inferenceId,
        fault,
        signal,
        witness,
      },
      async (answer) => {
        // Nobody streams the answer of an asynchronous call: what would break a stream breaks it as a whole.
        if (fault !== undefined && brokenConnectionFaults.has(fault.kind)) {
          throw new Error('The connection to container primary broke before the response was complete');
        }
        if (!Buffer.isBuffer(answer.body)) {
          throw new Error('The response from container primary did not specify the required Content-Length header');
        }
        const answerBody = await collectBody(answer);
        if (answer.status >= 400) throw createModelError(placeOf(job), answer.status, answerBody.toString('utf8'));
        output.body = answerBody;
        output.contentType = answer.contentType;
      },
    ),
  );
  return { body: output.body ?? Buffer.alloc(0), contentType: output.contentType ?? 'application/octet-stream' };
}

async function announce(job: AsyncJob, result: InferenceResult, services: AsyncJobServices): Promise<void> {
  await notifySubscriber(job, result, { timeoutMs: services.notificationTimeoutMs, signal: services.signal });
}

function reasonOf(error: unknown, job: AsyncJob): string {
  if (error instanceof DeadlineError) return createModelTimeoutError(placeOf(job)).message;
  if (error instanceof AwsError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

function placeOf(job: AsyncJob): { endpointName: string; region: string } {
  return { endpointName: job.endpoint.definition.name, region: job.region };
}

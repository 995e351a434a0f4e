import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { accountId } from '../wire/account.js';
import type { AsyncJob } from './async-job.js';

export interface InferenceResult {
  readonly status: 'Completed' | 'Failed';
  readonly failureReason?: string;
  readonly contentType?: string;
}

export interface NotificationOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

// SNS delivers at least once: it tries again where the subscriber does not answer 2xx.
const attempts = 3;
const delayBetweenAttemptsMs = 200;

/**
 * Announces the end of an inference as SNS does to an HTTP subscriber: an envelope whose Message is SageMaker's JSON.
 * Unlike SNS it signs nothing.
 * @throws Error where no attempt was answered with 2xx
 */
export async function notifySubscriber(
  job: AsyncJob,
  result: InferenceResult,
  options: NotificationOptions,
): Promise<void> {
  const url = job.settings.notificationUrl;
  if (url === undefined) return;
  const messageId = randomUUID();
  const topicArn = `arn:aws:sns:${job.region}:${accountId}:${job.endpoint.definition.name}`;
  const request = {
    method: 'POST',
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': messageId,
      'x-amz-sns-topic-arn': topicArn,
    },
    body: JSON.stringify({
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topicArn,
      Message: JSON.stringify(describeResult(job, result)),
      Timestamp: new Date().toISOString(),
    }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const failure = await post(url, request, options);
    if (failure === undefined) return;
    if (attempt === attempts)
      throw new Error(`${url} did not take the notification of ${job.inferenceId}`, { cause: failure });
    await delay(delayBetweenAttemptsMs, undefined, { signal: options.signal });
  }
}

async function post(url: string, request: RequestInit, { timeoutMs, signal }: NotificationOptions): Promise<unknown> {
  try {
    const response = await fetch(url, {
      ...request,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : new Error(`status ${response.status}`);
  } catch (error) {
    return error;
  }
}

function describeResult(job: AsyncJob, result: InferenceResult): object {
  return {
    awsRegion: job.region,
    eventTime: new Date().toISOString(),
    receivedTime: job.receivedTime,
    invocationStatus: result.status,
    ...(result.failureReason !== undefined && { failureReason: result.failureReason }),
    requestParameters: {
      accept: job.accept,
      contentType: job.contentType,
      customAttributes: job.customAttributes,
      endpointName: job.endpoint.definition.name,
      ...('location' in job.input && { inputLocation: job.input.location }),
    },
    responseParameters:
      result.status === 'Completed' ? { contentType: result.contentType, outputLocation: job.outputLocation } : {},
    inferenceId: job.inferenceId,
    eventVersion: '1.0',
    eventSource: 'aws:sagemaker',
    eventName: 'InferenceResult',
  };
}

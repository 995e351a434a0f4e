import { callContainer } from '../containers/call-container.js';
import { collectBody, type ContainerAnswer } from '../containers/container-answer.js';
import { variantName } from '../wire/account.js';
import { createModelError, createModelTimeoutError, createOversizedAnswerError } from '../wire/model-error.js';
import { DeadlineError, withDeadline } from '../wire/with-deadline.js';
import { readHeader, type Invocation, type OperationServices } from './invocation.js';
import { sendAndCut } from './send-and-cut.js';

/** POST /endpoints/{name}/invocations */
export async function invokeEndpoint(invocation: Invocation, services: OperationServices): Promise<void> {
  const { endpoint, fault } = invocation;
  // A stalled connection outlasts every limit but the client's own.
  const limitMs = fault?.kind === 'stall' ? Infinity : endpoint.definition.invocationTimeoutMs;
  try {
    await withDeadline(invocation.signal, limitMs, async (signal) => {
      const inferenceId = readHeader(invocation.headers, 'x-amzn-sagemaker-inference-id');
      const contentType = readHeader(invocation.headers, 'content-type');
      const { operation, body, requestId } = invocation;
      const { witness } = services;
      await callContainer(
        { endpoint, operation, body, contentType, requestId, inferenceId, fault, signal, witness },
        async (answer) => deliver(answer, invocation),
      );
    });
  } catch (error) {
    if (error instanceof DeadlineError) throw createModelTimeoutError(placeOf(invocation));
    throw error;
  }
}

async function deliver(answer: ContainerAnswer, invocation: Invocation): Promise<void> {
  const { response, fault } = invocation;
  const body = await collectBody(answer);
  refuseBadAnswer(answer.status, body, invocation);
  if (fault?.kind === 'answer-lost') {
    response.destroy();
    return;
  }
  response.writeHead(200, {
    'content-type': answer.contentType,
    'content-length': body.length,
    'x-amzn-requestid': invocation.requestId,
    'x-amzn-invoked-production-variant': variantName,
  });
  if (fault?.kind === 'cut') await sendAndCut(response, body.subarray(0, fault.afterBytes ?? 0));
  else response.end(body);
}

function refuseBadAnswer(status: number, body: Buffer, invocation: Invocation): void {
  const { fault, endpoint } = invocation;
  const place = placeOf(invocation);
  if (status >= 400) throw createModelError(place, status, body.toString('utf8'));
  if (body.length > endpoint.definition.payloadLimitBytes) throw createOversizedAnswerError(place);
  // An answer that is not streamed breaks as a whole.
  if (fault?.kind === 'stream-error' || fault?.kind === 'stream-internal-failure') {
    throw createModelError(place, 500, fault.message ?? 'Internal Server Error');
  }
}

function placeOf(invocation: Invocation): { endpointName: string; region: string } {
  return { endpointName: invocation.endpoint.definition.name, region: invocation.region };
}

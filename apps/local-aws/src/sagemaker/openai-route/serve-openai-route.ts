import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../../signature/verify-signature.js';
import { checkTarget } from '../check-target.js';
import { callContainer } from '../containers/call-container.js';
import type { EndpointRegistry, RunningEndpoint } from '../endpoints/endpoint-registry.js';
import type { Invocation, OperationServices } from '../operations/invocation.js';
import { throwServiceFault } from '../operations/service-faults.js';
import { accountId } from '../wire/account.js';
import { AwsError, createOversizedBodyError, createValidationError } from '../wire/aws-error.js';
import { followClient } from '../wire/follow-client.js';
import { createModelTimeoutError } from '../wire/model-error.js';
import { readRequestBody } from '../wire/read-request-body.js';
import { DeadlineError, withDeadline } from '../wire/with-deadline.js';
import type { OpenAiRouteTarget } from './parse-openai-route.js';
import { sendRouteAnswer } from './send-route-answer.js';
import { verifyBearerToken } from './verify-bearer-token.js';
import { writeRouteError } from './write-route-error.js';

export interface OpenAiRouteServices extends OperationServices {
  readonly registry: EndpointRegistry;
  readonly credentials: Credentials;
  readonly payloadLimitBytes: number;
  readonly log: (line: string) => void;
}

/** POST /endpoints/{name}[/inference-components/{name}]/openai/v1/chat/completions */
export async function serveOpenAiRoute(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  target: OpenAiRouteTarget,
  services: OpenAiRouteServices,
): Promise<void> {
  const requestId = randomUUID();
  const signal = followClient(response);
  try {
    const { invocation, wantsStream } = await admit({ request, response, requestId, signal }, target, services);
    await answer(invocation, wantsStream, services);
  } catch (error) {
    // Nobody is there to be told.
    if (signal.aborted || response.destroyed) return;
    if (!(error instanceof AwsError)) {
      services.log(`request ${requestId}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    if (response.headersSent) response.destroy();
    else {
      const failure =
        error instanceof AwsError ? error : new AwsError('InternalFailure', 500, 'An internal failure occurred.');
      writeRouteError(response, failure, requestId);
    }
  }
}

type Arrival = Pick<Invocation, 'response' | 'requestId' | 'signal'> & { readonly request: IncomingMessage };

async function admit(
  { request, response, requestId, signal }: Arrival,
  { endpointName, inferenceComponent }: OpenAiRouteTarget,
  { registry, credentials, payloadLimitBytes, faults }: OpenAiRouteServices,
): Promise<{ invocation: Invocation; wantsStream: boolean }> {
  const endpoint: RunningEndpoint | undefined = registry.find(endpointName);
  const maxBytes = endpoint?.definition.payloadLimitBytes ?? payloadLimitBytes;
  const body = await readRequestBody(request, maxBytes);
  if (body === undefined) throw createOversizedBodyError(maxBytes);
  const { headers } = request;
  const region = verifyBearerToken(headers.authorization, credentials);
  const strange = Object.keys(headers).find((name) => name.startsWith('x-amzn-sagemaker-'));
  if (strange !== undefined) throw createValidationError(`The header ${strange} is not supported on this path.`);
  if (endpoint === undefined)
    throw createValidationError(`Endpoint ${endpointName} of account ${accountId} not found.`);
  const named = inferenceComponent === undefined ? {} : { 'x-amzn-sagemaker-inference-component': inferenceComponent };
  checkTarget('InvokeEndpoint', endpoint.definition, named);
  const fault = faults.take(endpointName, 'OpenAiRoute');
  throwServiceFault(fault, endpointName, region);
  const invocation: Invocation = {
    operation: 'OpenAiRoute',
    endpoint,
    headers,
    body,
    requestId,
    region,
    fault,
    response,
    signal,
  };
  return { invocation, wantsStream: wantsStream(body) };
}

async function answer(invocation: Invocation, isStream: boolean, { witness }: OperationServices): Promise<void> {
  const { endpoint, operation, body, requestId, fault, region } = invocation;
  const { invocationTimeoutMs, streamTimeoutMs, name } = endpoint.definition;
  // A stalled connection outlasts every limit but the client's own.
  const limitMs = fault?.kind === 'stall' ? Infinity : isStream ? streamTimeoutMs : invocationTimeoutMs;
  try {
    await withDeadline(invocation.signal, limitMs, (signal) =>
      callContainer({ endpoint, operation, body, requestId, inferenceId: undefined, fault, signal, witness }, (given) =>
        sendRouteAnswer(given, invocation, signal),
      ),
    );
  } catch (error) {
    if (error instanceof DeadlineError) throw createModelTimeoutError({ endpointName: name, region });
    throw error;
  }
}

function wantsStream(body: Buffer): boolean {
  try {
    return (JSON.parse(body.toString('utf8')) as { readonly stream?: unknown } | null)?.stream === true;
  } catch {
    // The container words what is wrong with a body.
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../signature/verify-signature.js';
import { checkTarget } from './check-target.js';
import type { EndpointRegistry } from './endpoints/endpoint-registry.js';
import { parseOpenAiRoute } from './openai-route/parse-openai-route.js';
import { serveOpenAiRoute } from './openai-route/serve-openai-route.js';
import type { Operation, OperationName, OperationServices } from './operations/invocation.js';
import { createInvokeEndpointAsync } from './operations/invoke-endpoint-async.js';
import { invokeEndpoint } from './operations/invoke-endpoint.js';
import { invokeWithResponseStream } from './operations/invoke-with-response-stream.js';
import { throwServiceFault } from './operations/service-faults.js';
import { accountId } from './wire/account.js';
import { authenticate } from './wire/authenticate.js';
import { AwsError, createOversizedBodyError, createValidationError } from './wire/aws-error.js';
import { checkHeaders } from './wire/check-headers.js';
import { followClient } from './wire/follow-client.js';
import { readRequestBody } from './wire/read-request-body.js';
import { writeError } from './wire/write-error.js';

export interface SageMakerHandlerOptions extends OperationServices {
  readonly registry: EndpointRegistry;
  readonly credentials: Credentials;
  /** Of requests to endpoints that do not exist; an endpoint has its own. */
  readonly payloadLimitBytes: number;
  readonly asyncSecondMs: number;
  readonly log: (line: string) => void;
}

// Inline input of an asynchronous inference, by the API's own words.
const maxInlineInputBytes = 128_000;

const operationOfPath: Readonly<Record<string, OperationName>> = {
  invocations: 'InvokeEndpoint',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
  'async-invocations': 'InvokeEndpointAsync',
};

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves the three operations of the SageMaker runtime, and its OpenAI route. */
export function createSageMakerHandler(options: SageMakerHandlerOptions): RequestHandler {
  const operations: Readonly<Record<OperationName, Operation>> = {
    InvokeEndpoint: invokeEndpoint,
    InvokeEndpointWithResponseStream: invokeWithResponseStream,
    InvokeEndpointAsync: createInvokeEndpointAsync({ secondMs: options.asyncSecondMs }),
  };
  return async (request, response) => {
    const openAiRoute = parseOpenAiRoute(request.method, request.url);
    if (openAiRoute !== undefined) return serveOpenAiRoute({ request, response }, openAiRoute, options);
    const requestId = randomUUID();
    const signal = followClient(response);
    try {
      const { operation, endpointName } = parseRoute(request);
      const known = options.registry.find(endpointName);
      const maxBytes =
        operation === 'InvokeEndpointAsync'
          ? maxInlineInputBytes
          : (known?.definition.payloadLimitBytes ?? options.payloadLimitBytes);
      const body = await readRequestBody(request, maxBytes);
      if (body === undefined) throw createOversizedBodyError(maxBytes);
      const region = authenticate(request, body, options.credentials);
      const { headers } = request;
      checkHeaders(headers);
      if (known === undefined)
        throw createValidationError(`Endpoint ${endpointName} of account ${accountId} not found.`);
      checkTarget(operation, known.definition, headers);
      const fault = options.faults.take(endpointName, operation);
      throwServiceFault(fault, endpointName, region);
      await operations[operation](
        { operation, endpoint: known, headers, body, requestId, region, fault, response, signal },
        options,
      );
    } catch (error) {
      // Nobody is there to be told.
      if (signal.aborted || response.destroyed) return;
      writeFailure(error, response, { requestId, log: options.log });
    }
  };
}

function parseRoute(request: IncomingMessage): { operation: OperationName; endpointName: string } {
  const match = /^\/endpoints\/([^/?]+)\/([^/?]+)(?:\?|$)/.exec(request.url ?? '');
  const operation = operationOfPath[match?.[2] ?? ''];
  if (operation === undefined || request.method !== 'POST') {
    request.resume();
    throw new AwsError('UnknownOperationException', 404, 'The requested operation does not exist.');
  }
  return { operation, endpointName: match?.[1] ?? '' };
}

interface FailureContext {
  readonly requestId: string;
  readonly log: (line: string) => void;
}

function writeFailure(error: unknown, response: ServerResponse, { requestId, log }: FailureContext): void {
  if (!(error instanceof AwsError))
    log(`request ${requestId}: ${error instanceof Error ? error.stack : String(error)}`);
  // An answer that has begun cannot become an error any more; a broken connection is the only honest end.
  if (response.headersSent) response.destroy();
  else if (error instanceof AwsError) writeError(response, error, requestId);
  else writeError(response, new AwsError('InternalFailure', 500, 'An internal failure occurred.'), requestId);
}

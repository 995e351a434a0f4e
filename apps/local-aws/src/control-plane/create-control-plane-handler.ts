import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { RequestHandler } from '../sagemaker/create-sagemaker-handler.js';
import { AwsError } from '../sagemaker/wire/aws-error.js';
import { followClient } from '../sagemaker/wire/follow-client.js';
import { readRequestBody } from '../sagemaker/wire/read-request-body.js';
import type { Credentials } from '../signature/verify-signature.js';
import { applyFault } from './apply-fault.js';
import { authenticateCall } from './authenticate-call.js';
import { callControlPlane, readCall, type ControlPlaneAnswer, type ControlPlaneCall } from './call-control-plane.js';
import type { ControlPlaneState } from './control-plane-state.js';
import { queryErrorDocument } from './write-query-answer.js';

export interface ControlPlaneOptions {
  readonly state: ControlPlaneState;
  readonly faults: FaultPlan;
  readonly credentials: Credentials;
  readonly log: (line: string) => void;
}

const maxBodyBytes = 1024 * 1024;
/** CloudFormation answers about a hundred stacks on a page; SageMaker's own default is ten. */
const pageSize = 100;

/** Whether a request is a call of the control plane: these all go to the root, which S3 only reads. */
export function isControlPlaneCall({ method, url, headers }: IncomingMessage): boolean {
  if (method !== 'POST' || (url ?? '/').split('?', 1)[0] !== '/') return false;
  return (
    headers['x-amz-target'] !== undefined ||
    headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  );
}

/** Serves the few calls of CloudFormation, SageMaker and Secrets Manager with which models are discovered. */
export function createControlPlaneHandler(options: ControlPlaneOptions): RequestHandler {
  return async (request, response) => {
    const requestId = randomUUID();
    const signal = followClient(response);
    const isQuery = request.headers['x-amz-target'] === undefined;
    try {
      const answer = await answerCall(request, options, signal);
      send(response, answer, { status: 200, requestId });
    } catch (error) {
      // Nobody is there to be told.
      if (signal.aborted || response.destroyed) return;
      if (!(error instanceof AwsError)) options.log(error instanceof Error ? String(error.stack) : String(error));
      const refusal =
        error instanceof AwsError ? error : new AwsError('InternalFailure', 500, 'An internal failure occurred.');
      send(response, renderError(refusal, isQuery, requestId), { status: refusal.status, requestId });
    }
  };
}

async function answerCall(
  request: IncomingMessage,
  options: ControlPlaneOptions,
  signal: AbortSignal,
): Promise<ControlPlaneAnswer> {
  const body = await readRequestBody(request, maxBodyBytes);
  if (body === undefined) throw new AwsError('RequestEntityTooLarge', 413, 'The request body is too long.');
  const call = parseCall(request, body);
  const region = authenticateCall(request, body, { credentials: options.credentials, service: call.service });
  const { state } = options;
  state.countCall(`${call.service}.${call.operation}`);
  await applyFault(options.faults.take(call.service, call.operation), signal);
  const answer = callControlPlane(call, { state, region, pageSize });
  if (answer === undefined) throw unknownOperation();
  return answer;
}

function parseCall(request: IncomingMessage, body: Buffer): ControlPlaneCall {
  let call: ControlPlaneCall | undefined;
  try {
    call = readCall(request.headers, body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError('SerializationException', 400, 'The body is not JSON.');
  }
  if (call === undefined) throw unknownOperation();
  return call;
}

function unknownOperation(): AwsError {
  return new AwsError('UnknownOperationException', 404, 'The requested operation does not exist.');
}

function renderError(error: AwsError, isQuery: boolean, requestId: string): ControlPlaneAnswer {
  if (isQuery) return { contentType: 'text/xml', body: queryErrorDocument(error, requestId) };
  return {
    contentType: 'application/x-amz-json-1.1',
    body: JSON.stringify({ ...error.members, __type: error.code, message: error.message }),
  };
}

function send(
  response: ServerResponse,
  { contentType, body }: ControlPlaneAnswer,
  head: { readonly status: number; readonly requestId: string },
): void {
  const bytes = Buffer.from(body);
  response
    .writeHead(head.status, {
      'content-type': contentType,
      'content-length': bytes.length,
      'x-amzn-requestid': head.requestId,
    })
    .end(bytes);
}

import type { IncomingHttpHeaders } from 'node:http';
import { cloudFormationOperations } from './cloudformation.js';
import type { CallInput, ControlPlaneService, OperationScope } from './control-plane-operation.js';
import { sageMakerControlOperations } from './sagemaker-control.js';
import { secretsManagerOperations } from './secrets-manager.js';
import { queryDocument } from './write-query-answer.js';

/** A call as its head and body name it, in one of the two dialects. */
export interface ControlPlaneCall {
  readonly service: ControlPlaneService;
  readonly operation: string;
  readonly input: CallInput;
}

export interface ControlPlaneAnswer {
  readonly contentType: string;
  readonly body: string;
}

const serviceOfTarget: Readonly<Record<string, ControlPlaneService>> = {
  SageMaker: 'sagemaker',
  secretsmanager: 'secretsmanager',
};

/** @throws SyntaxError where the body is not what its dialect says */
export function readCall(headers: IncomingHttpHeaders, body: Buffer): ControlPlaneCall | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') {
    const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    return { service: 'cloudformation', operation: form['Action'] ?? '', input: form };
  }
  const [prefix = '', operation = ''] = target.split('.');
  const service = serviceOfTarget[prefix];
  if (service === undefined) return undefined;
  return { service, operation, input: JSON.parse(body.toString('utf8')) as CallInput };
}

/** The answer of a call, or undefined where there is no such operation. @throws AwsError */
export function callControlPlane(
  { service, operation, input }: ControlPlaneCall,
  scope: OperationScope,
): ControlPlaneAnswer | undefined {
  if (service === 'cloudformation') {
    const result = cloudFormationOperations[operation]?.(input, scope);
    if (result === undefined) return undefined;
    return { contentType: 'text/xml', body: queryDocument(operation, result) };
  }
  const operations = service === 'sagemaker' ? sageMakerControlOperations : secretsManagerOperations;
  const members = operations[operation]?.(input, scope);
  if (members === undefined) return undefined;
  return { contentType: 'application/x-amz-json-1.1', body: JSON.stringify(members) };
}

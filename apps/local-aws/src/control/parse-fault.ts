import { controlPlaneFaultKinds } from '../control-plane/apply-fault.js';
import { controlPlaneServices } from '../control-plane/control-plane-operation.js';
import { isFields, type Fields } from '../engines/read-fields.js';
import type { Fault } from '../faults/fault-plan.js';
import { sageMakerFaultKinds } from '../sagemaker/operations/service-faults.js';

const s3FaultKinds: readonly string[] = [
  'slow',
  'error',
  'answer-lost',
  'reset',
  'stall',
  'cut',
  'answer-error',
  'answer-stall',
];
const sageMakerOperations = ['InvokeEndpoint', 'InvokeEndpointWithResponseStream', 'InvokeEndpointAsync'];
const textFields = ['id', 'operation', 'keyPattern', 'message'];
const numberFields = [
  'skip',
  'times',
  'probability',
  'seed',
  'durationMs',
  'delayMs',
  'status',
  'afterBytes',
  'afterParts',
];
const knownFields = new Set(['target', 'kind', 'oncePerKey', ...textFields, ...numberFields]);

/**
 * A fault as a test asks for it. Strict, since a fault that never fires makes a test pass that should not.
 * @throws TypeError that names the field at fault
 */
export function parseFault(input: unknown, hasEndpoint: (name: string) => boolean): Fault {
  if (!isFields(input)) throw new TypeError('a fault must be an object');
  const unknown = Object.keys(input).find((name) => !knownFields.has(name));
  if (unknown !== undefined)
    throw new TypeError(`${unknown} is not a field of a fault; known are: ${[...knownFields].join(', ')}`);
  const { target, kind } = input;
  const kinds = typeof target === 'string' ? kindsOf(target, hasEndpoint) : undefined;
  if (typeof target !== 'string' || kinds === undefined) {
    throw new TypeError(
      `target must be "s3", ${controlPlaneServices.join(', ')} or the name of an endpoint, got ${JSON.stringify(target)}`,
    );
  }
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw new TypeError(`kind must be one of ${kinds.join(', ')} for ${target}, got ${JSON.stringify(kind)}`);
  }
  checkFields(input, target);
  return { ...input, target, kind };
}

function isControlPlane(target: string): boolean {
  return controlPlaneServices.some((service) => service === target);
}

function kindsOf(target: string, hasEndpoint: (name: string) => boolean): readonly string[] | undefined {
  if (target === 's3') return s3FaultKinds;
  if (isControlPlane(target)) return controlPlaneFaultKinds;
  return hasEndpoint(target) ? sageMakerFaultKinds : undefined;
}

function checkFields(input: Fields, target: string): void {
  for (const name of textFields) checkType(input, name, 'string');
  for (const name of numberFields) {
    checkType(input, name, 'number');
    if (Number(input[name] ?? 0) < 0) throw new TypeError(`${name} must be a number of at least 0`);
  }
  checkType(input, 'oncePerKey', 'boolean');
  const { status } = input;
  if (typeof status === 'number' && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
    throw new TypeError('status must be an HTTP status of 400 to 599');
  }
  checkOperation(input['operation'], target);
}

function checkOperation(operation: unknown, target: string): void {
  if (target === 's3' || isControlPlane(target)) return;
  if (typeof operation === 'string' && !sageMakerOperations.includes(operation)) {
    throw new TypeError(`operation must be one of ${sageMakerOperations.join(', ')}`);
  }
}

function checkType(input: Fields, name: string, type: 'string' | 'number' | 'boolean'): void {
  if (input[name] !== undefined && typeof input[name] !== type) throw new TypeError(`${name} must be a ${type}`);
}

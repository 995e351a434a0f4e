import type { EntryReader } from './entry-reader.js';
import { createHttpTarget } from './create-http-target.js';
import type { HttpTarget, ModelTarget, SageMakerTarget } from './model-entry.types.js';

/** The value of an environment variable; `undefined` when it is unset or empty. */
export type ReadVariable = (name: string) => string | undefined;

const SAGEMAKER_FIELDS = ['endpoint', 'inferenceComponent', 'region'];
const HTTP_FIELDS = ['baseUrl', 'apiKeyEnv', 'headers'];
export const TARGET_FIELDS = ['kind', ...SAGEMAKER_FIELDS, ...HTTP_FIELDS];

/** Endpoint and inference component names as SageMaker's API model constrains them. */
const AWS_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const MAX_AWS_NAME_LENGTH = 63;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
const HEADER_NAME = /^[A-Za-z0-9-]+$/;
const HEADER_VALUE = /^[ -~]*$/;
/** Set by each call itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'accept-encoding',
]);

export function readTarget(target: EntryReader, readVariable: ReadVariable): ModelTarget {
  const kind = target.choice('kind', ['sagemaker', 'http']);
  for (const field of kind === 'http' ? SAGEMAKER_FIELDS : HTTP_FIELDS) {
    if (target.has(field)) target.fail(field, `is no field of a target of kind ${kind}.`);
  }
  return kind === 'http' ? readHttpTarget(target, readVariable) : readSageMakerTarget(target);
}

function readSageMakerTarget(target: EntryReader): SageMakerTarget {
  const endpoint = readAwsName(target, 'endpoint', target.string('endpoint'));
  const inferenceComponent = target.optionalString('inferenceComponent');
  const region = target.optionalString('region');
  if (region !== undefined && !REGION.test(region))
    target.fail('region', `expected an AWS region, but is '${region}'.`);
  return Object.freeze({
    kind: 'sagemaker',
    endpoint,
    ...(inferenceComponent === undefined
      ? {}
      : { inferenceComponent: readAwsName(target, 'inferenceComponent', inferenceComponent) }),
    ...(region === undefined ? {} : { region }),
  });
}

function readHttpTarget(target: EntryReader, readVariable: ReadVariable): HttpTarget {
  const baseUrl = target.string('baseUrl');
  const variable = target.optionalString('apiKeyEnv');
  const apiKey = variable === undefined ? undefined : readVariable(variable);
  if (variable !== undefined && apiKey === undefined) {
    target.fail('apiKeyEnv', `names the variable ${variable}, which is not set. Set it in the environment.`);
  }
  const headers = target.stringMap('headers');
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || OWN_HEADERS.has(name.toLowerCase())) {
      target.fail(`headers.${name}`, 'is no header that can be set here.');
    }
    if (!HEADER_VALUE.test(value)) target.fail(`headers.${name}`, 'expected printable ASCII.');
  }
  try {
    return createHttpTarget({ baseUrl, headers, ...(apiKey === undefined ? {} : { apiKey }) });
  } catch (error) {
    return target.fail('baseUrl', `expected the base URL of a server: ${(error as Error).message}.`);
  }
}

function readAwsName(target: EntryReader, field: string, name: string): string {
  if (!AWS_NAME.test(name) || name.length > MAX_AWS_NAME_LENGTH) {
    target.fail(field, `expected at most ${MAX_AWS_NAME_LENGTH} letters, digits and inner hyphens, but is '${name}'.`);
  }
  return name;
}

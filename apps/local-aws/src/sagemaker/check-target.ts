import type { IncomingHttpHeaders } from 'node:http';
import type { EndpointDefinition } from './endpoints/endpoint-definition.js';
import { readHeader, type OperationName } from './operations/invocation.js';
import { variantName } from './wire/account.js';
import { createValidationError } from './wire/aws-error.js';

/** @throws AwsError where an endpoint does not take what a request asks of it */
export function checkTarget(
  operation: OperationName,
  definition: EndpointDefinition,
  headers: IncomingHttpHeaders,
): void {
  const { name } = definition;
  if (operation !== 'InvokeEndpointAsync' && definition.async !== undefined) {
    throw createValidationError(
      `Endpoint ${name} is configured with AsyncInferenceConfig and only supports asynchronous invocations. Use InvokeEndpointAsync instead.`,
    );
  }
  const sageMakerHeader = (header: string) => readHeader(headers, `x-amzn-sagemaker-${header}`);
  const variant = sageMakerHeader('target-variant');
  if (variant !== undefined && variant !== variantName) {
    throw createValidationError(`Variant ${variant} of endpoint ${name} not found.`);
  }
  if (sageMakerHeader('target-model') !== undefined) {
    throw createValidationError(
      `Endpoint ${name} is not a multi-model endpoint and does not support the target model header.`,
    );
  }
  checkInferenceComponent(definition, sageMakerHeader('inference-component'));
}

function checkInferenceComponent({ name, inferenceComponent }: EndpointDefinition, asked: string | undefined): void {
  if (inferenceComponent === asked) return;
  if (inferenceComponent === undefined) {
    throw createValidationError(
      'Inference Component Name header is not allowed for endpoints to which you dont plan to deploy inference components. Please remove the Inference Component Name header and try again.',
    );
  }
  if (asked === undefined) {
    throw createValidationError(
      'Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.',
    );
  }
  throw createValidationError(`Inference Component ${asked} of endpoint ${name} not found.`);
}

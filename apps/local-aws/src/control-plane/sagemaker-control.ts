import type { EndpointDefinition } from '../sagemaker/endpoints/endpoint-definition.js';
import { accountId, variantName } from '../sagemaker/wire/account.js';
import { createValidationError } from '../sagemaker/wire/aws-error.js';
import type { CallInput, Operations, OperationScope } from './control-plane-operation.js';
import { pageOf } from './page-of.js';

/** ListEndpoints, DescribeEndpoint and ListTags; each gives the members of its answer. */
export const sageMakerControlOperations: Operations<object> = {
  ListEndpoints: (input, scope) => {
    const { StatusEquals: status, MaxResults: size } = input;
    const wanted = scope.state.registry
      .list()
      .filter(({ name }) => status === undefined || scope.state.detailsOf(name).status === status);
    const page = pageOf(wanted, input['NextToken'], typeof size === 'number' ? size : scope.pageSize);
    return {
      Endpoints: page.items.map((endpoint) => summaryOf(endpoint, scope)),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  },
  DescribeEndpoint: (input, scope) => {
    const endpoint = findEndpoint(input, scope);
    const { async: asyncInference } = endpoint;
    return {
      ...summaryOf(endpoint, scope),
      EndpointConfigName: `${endpoint.name}-config`,
      ProductionVariants: [{ VariantName: variantName, CurrentInstanceCount: 1, DesiredInstanceCount: 1 }],
      ...(asyncInference !== undefined && {
        AsyncInferenceConfig: {
          OutputConfig: {
            S3OutputPath: asyncInference.s3OutputPath,
            ...(asyncInference.s3FailurePath !== undefined && { S3FailurePath: asyncInference.s3FailurePath }),
          },
          ClientConfig: {
            MaxConcurrentInvocationsPerInstance: asyncInference.maxConcurrentInvocationsPerInstance,
          },
        },
      }),
    };
  },
  ListTags: (input, scope) => {
    const { state } = scope;
    const endpoint = state.registry.list().find(({ name }) => arnOf(name, scope) === input['ResourceArn']);
    if (endpoint === undefined) throw createValidationError('The resource that was named does not exist.');
    const { tags } = state.detailsOf(endpoint.name);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
};

function summaryOf({ name }: EndpointDefinition, scope: OperationScope): object {
  const { status, updatedAt } = scope.state.detailsOf(name);
  // This dialect writes times as seconds.
  const seconds = updatedAt.getTime() / 1000;
  return {
    EndpointName: name,
    EndpointArn: arnOf(name, scope),
    EndpointStatus: status,
    CreationTime: seconds,
    LastModifiedTime: seconds,
  };
}

function findEndpoint(input: CallInput, { state }: OperationScope): EndpointDefinition {
  const name = input['EndpointName'];
  const found = typeof name === 'string' ? state.registry.find(name)?.definition : undefined;
  if (found !== undefined) return found;
  throw createValidationError(`Could not find endpoint "${String(name)}".`);
}

function arnOf(endpointName: string, { region }: OperationScope): string {
  return `arn:aws:sagemaker:${region}:${accountId}:endpoint/${endpointName.toLowerCase()}`;
}

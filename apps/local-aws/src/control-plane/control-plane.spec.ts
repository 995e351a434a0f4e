import { CloudFormationClient, DescribeStacksCommand, paginateListStacks } from '@aws-sdk/client-cloudformation';
import {
  DescribeEndpointCommand,
  ListEndpointsCommand,
  ListTagsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpointNames, rejectionOf } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const control = (method: string, path: string, body?: unknown) => test.current.control(method, path, body);

function connect(secretAccessKey = test.current.aws.credentials.secretAccessKey) {
  const { url, credentials } = test.current.aws;
  const options = {
    endpoint: url,
    region: 'eu-west-1',
    credentials: { ...credentials, secretAccessKey },
    maxAttempts: 1,
  };
  const clients = {
    cloudFormation: new CloudFormationClient(options),
    sageMaker: new SageMakerClient(options),
    secrets: new SecretsManagerClient(options),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return clients;
}

describe('the control plane', () => {
  it('lists stacks over pages and describes them with outputs and parameters', async () => {
    for (let index = 0; index < 250; index++) {
      test.current.aws.controlPlane.putStack({
        name: `pages-${index}`,
        status: 'CREATE_COMPLETE',
        outputs: {},
        parameters: {},
      });
    }
    await control('PUT', 'stacks/one', {
      status: 'UPDATE_COMPLETE',
      outputs: { Model: 'a<b>/dev' },
      parameters: { EngineType: 'vllm' },
    });
    const { cloudFormation } = connect();
    const sizes: number[] = [];
    const StackStatusFilter = ['CREATE_COMPLETE' as const];
    for await (const page of paginateListStacks({ client: cloudFormation }, { StackStatusFilter })) {
      sizes.push(page.StackSummaries?.length ?? 0);
      expect(page.StackSummaries?.every(({ CreationTime }) => CreationTime instanceof Date)).toBe(true);
    }
    expect(sizes).toEqual([100, 100, 50]);
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'one' }));
    expect(Stacks).toMatchObject([
      {
        StackName: 'one',
        StackStatus: 'UPDATE_COMPLETE',
        Outputs: [{ OutputKey: 'Model', OutputValue: 'a<b>/dev' }],
        Parameters: [{ ParameterKey: 'EngineType', ParameterValue: 'vllm' }],
      },
    ]);
    expect(await control('DELETE', 'stacks/one')).toMatchObject({ status: 204 });
    expect(await rejectionOf(cloudFormation.send(new DescribeStacksCommand({ StackName: 'one' })))).toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id one does not exist',
    });
  });

  it('lists endpoints with their status, and their tags', async () => {
    const { sageMaker } = connect();
    await control('PUT', `endpoint-details/${endpointNames.rerank}`, {
      status: 'Updating',
      tags: { 'sluice:model': 'mine/dev' },
    });
    const { Endpoints = [] } = await sageMaker.send(new ListEndpointsCommand({ StatusEquals: 'Updating' }));
    expect(Endpoints).toMatchObject([{ EndpointName: endpointNames.rerank, EndpointStatus: 'Updating' }]);
    const { Tags } = await sageMaker.send(new ListTagsCommand({ ResourceArn: Endpoints[0]?.EndpointArn }));
    expect(Tags).toEqual([{ Key: 'sluice:model', Value: 'mine/dev' }]);
    const first = await sageMaker.send(new ListEndpointsCommand({ MaxResults: 2 }));
    expect(first.Endpoints).toHaveLength(2);
    const second = await sageMaker.send(new ListEndpointsCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect(second.Endpoints?.[0]?.EndpointName).not.toBe(first.Endpoints?.[0]?.EndpointName);
    const unknown = sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'nobody' }));
    expect(await rejectionOf(unknown)).toMatchObject({ message: 'Could not find endpoint "nobody".' });
  });

  it('gives secrets, and refuses calls that are signed with another key', async () => {
    const { secrets } = connect();
    await control('PUT', 'secrets/keys', { 'm/dev': 'k' });
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'keys' }));
    expect(JSON.parse(SecretString ?? '')).toEqual({ 'm/dev': 'k' });
    const absent = secrets.send(new GetSecretValueCommand({ SecretId: 'none' }));
    expect(await rejectionOf(absent)).toMatchObject({ name: 'ResourceNotFoundException' });
    const forged = connect('wrong');
    expect(await rejectionOf(forged.secrets.send(new GetSecretValueCommand({ SecretId: 'keys' })))).toMatchObject({
      name: 'InvalidSignatureException',
    });
    expect(await rejectionOf(forged.cloudFormation.send(new DescribeStacksCommand({})))).toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  it('fails on demand, service by service, and counts its calls', async () => {
    const { cloudFormation, sageMaker } = connect();
    expect(await control('POST', 'faults', { target: 'cloudformation', kind: 'throttle', times: 1 })).toMatchObject({
      status: 201,
    });
    expect(await control('POST', 'faults', { target: 'sagemaker', kind: 'no-capacity' })).toMatchObject({
      status: 400,
    });
    const before = test.current.aws.controlPlane.callCounts();
    expect(await rejectionOf(cloudFormation.send(new DescribeStacksCommand({})))).toMatchObject({
      name: 'ThrottlingException',
    });
    await sageMaker.send(new ListEndpointsCommand({}));
    await cloudFormation.send(new DescribeStacksCommand({}));
    const counts = (await control('GET', 'control-plane-calls')).data as Record<string, number>;
    expect(counts['cloudformation.DescribeStacks']).toBe((before['cloudformation.DescribeStacks'] ?? 0) + 2);
  });

  it('refuses what it is told where it makes no sense', async () => {
    expect(await control('PUT', 'stacks/x', { outputs: { a: 1 } })).toMatchObject({ status: 400 });
    expect(await control('PUT', 'stacks/x', { output: {} })).toMatchObject({ status: 400 });
    expect(await control('PUT', 'endpoint-details/nobody', {})).toMatchObject({ status: 400 });
    expect(await control('DELETE', 'secrets/nobody')).toMatchObject({ status: 404 });
  });
});

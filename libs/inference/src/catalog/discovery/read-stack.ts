import type { Stack } from '@aws-sdk/client-cloudformation';
import { withTag, type DiscoveredModel, type DiscoveredTarget } from './discovered-model.js';

/**
 * The model of one of EMD's stacks, by its outputs and parameters. Names decide nothing: different models can share a
 * stack name (`m-x`+`y` and `m`+`x-y`), and an endpoint may be called anything.
 *
 * @returns undefined for a stack that holds no model that can be called.
 */
export function readStack(stack: Stack): DiscoveredModel | undefined {
  const outputs = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue?.trim()]));
  const parameters = new Map(
    stack.Parameters?.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue?.trim()]),
  );
  const model = outputs.get('Model');
  const target = readTarget(outputs.get('SageMakerEndpointName'), outputs.get('ECSServiceConnect'));
  if (!model || target === undefined) return undefined;
  const engine = parameters
    .get('EngineType')
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
  return {
    id: withTag(model),
    origin: `stack ${stack.StackName}`,
    target,
    isAsync: target.kind === 'sagemaker' && parameters.get('ServiceType') === 'sagemaker_async',
    ...(engine && { engine }),
    hasKey: outputs.has('ModelAPIKey'),
  };
}

function readTarget(endpoint: string | undefined, serviceUrl: string | undefined): DiscoveredTarget | undefined {
  if (endpoint) return { kind: 'sagemaker', endpoint };
  return serviceUrl ? { kind: 'http', baseUrl: serviceUrl } : undefined;
}

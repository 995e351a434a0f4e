import type { SageMakerTarget } from '../../../catalog/model-entry.types.js';
import type { TransportRequest } from '../../transport.port.js';
import type { Authority, CallHead } from './sagemaker-connection.js';

type SageMakerOperation = 'invocations' | 'invocations-response-stream';

const USER_AGENT = 'sluice';

/** The head of a signed call, with what SageMaker knows of it in its own headers. */
export function writeSignedHead(
  operation: SageMakerOperation,
  target: SageMakerTarget,
  request: TransportRequest,
  { place, signer, credentials, bodyHash }: Authority,
): CallHead {
  const path = `${place.basePath}/endpoints/${encodeURIComponent(target.endpoint)}/${operation}`;
  const headers: Record<string, string> = {
    host: place.host,
    'content-type': request.contentType,
    'user-agent': USER_AGENT,
  };
  if (bodyHash !== undefined) headers['x-amz-content-sha256'] = bodyHash;
  if (request.customAttributes !== undefined) headers['x-amzn-sagemaker-custom-attributes'] = request.customAttributes;
  if (request.inferenceId !== undefined) headers['x-amzn-sagemaker-inference-id'] = request.inferenceId;
  if (request.prefixAwareId !== undefined) headers['x-amzn-sagemaker-prefix-aware-id'] = request.prefixAwareId;
  if (target.inferenceComponent !== undefined)
    headers['x-amzn-sagemaker-inference-component'] = target.inferenceComponent;
  return { path, headers: signer.sign({ method: 'POST', path, headers, body: request.body }, credentials, Date.now()) };
}

import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

/** How SageMaker is reached. Whatever is absent, the AWS SDK finds by its own rules (environment, profile, instance role). */
export interface SageMakerOptions {
  readonly region?: string;
  /** Base URL of the runtime service, for stand-ins and private links. */
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
}

/** The SDK's client, set so that one call is one attempt and no pool limit queues streams behind each other. */
export function createSageMakerClient(options: SageMakerOptions): SageMakerRuntimeClient {
  const { region, endpoint, credentials, connectTimeoutMs, maxConnections } = options;
  const agent = { keepAlive: true, maxSockets: maxConnections };
  return new SageMakerRuntimeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectTimeoutMs, httpAgent: agent, httpsAgent: agent },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** How the control plane is reached. Whatever is absent, the AWS SDK finds by its own rules. */
export interface ControlPlaneOptions {
  readonly region?: string;
  /** Base URL of all three services, for stand-ins. */
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly connectTimeoutMs: number;
  /** Milliseconds for one call's answer. */
  readonly callTimeoutMs: number;
}

export interface ControlPlaneClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sageMaker: SageMakerClient;
  readonly secrets: SecretsManagerClient;
  close(): void;
}

export function createControlPlaneClients(options: ControlPlaneOptions): ControlPlaneClients {
  const { connectTimeoutMs, callTimeoutMs, ...found } = options;
  const settings = {
    ...found,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: callTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
  const cloudFormation = new CloudFormationClient(settings);
  const sageMaker = new SageMakerClient(settings);
  const secrets = new SecretsManagerClient(settings);
  return {
    cloudFormation,
    sageMaker,
    secrets,
    close: () => {
      cloudFormation.destroy();
      sageMaker.destroy();
      secrets.destroy();
    },
  };
}

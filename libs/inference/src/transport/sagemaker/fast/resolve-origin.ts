import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ConfigurationError } from '#platform';

/** Where the SDK's rules send the runtime calls of one region. */
export interface SageMakerOrigin {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Value of the `host` header. */
  readonly host: string;
  /** Path that stands before every operation's own; empty for AWS itself. */
  readonly basePath: string;
  readonly region: string;
}

/** @throws ConfigurationError when no region or no endpoint can be found. */
export async function resolveOrigin(client: SageMakerRuntimeClient): Promise<SageMakerOrigin> {
  try {
    const { config } = client;
    const region = await config.region();
    const url = await endpointUrl(config, region);
    return { origin: url.origin, host: url.host, basePath: url.pathname.replace(/\/$/, ''), region };
  } catch (error) {
    throw new ConfigurationError(
      `The SageMaker runtime cannot be located: ${(error as Error).message}. Set AWS_REGION (and AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME for a stand-in).`,
      { cause: error },
    );
  }
}

/** An endpoint given in code comes first, then the one of environment or profile, then AWS's rules for the region. */
async function endpointUrl(config: SageMakerRuntimeClient['config'], region: string): Promise<URL> {
  if (config.isCustomEndpoint === true && config.endpoint !== undefined) {
    const { protocol, hostname, port, path } = await config.endpoint();
    return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  }
  const findConfigured = config.serviceConfiguredEndpoint as (() => Promise<string | undefined>) | undefined;
  const configured = config.ignoreConfiguredEndpointUrls === true ? undefined : await findConfigured?.();
  return config.endpointProvider({
    Region: region,
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
    ...(configured === undefined ? {} : { Endpoint: configured }),
  }).url;
}

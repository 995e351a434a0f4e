import { SageMakerRuntimeClient, type SageMakerRuntimeClientConfig } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '#platform';
import { resolveOrigin } from './resolve-origin.js';

const VARIABLES = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME',
];

/** Nothing of the machine's own settings, but what the test names. */
function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of VARIABLES) vi.stubEnv(name, variables[name]);
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
}

async function originWith(variables: Readonly<Record<string, string>>, config: SageMakerRuntimeClientConfig = {}) {
  setEnvironment(variables);
  return resolveOrigin(new SageMakerRuntimeClient(config));
}

describe('resolveOrigin', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("follows AWS's rules for the region", async () => {
    expect(await originWith({ AWS_REGION: 'eu-central-1' })).toEqual({
      origin: 'https://runtime.sagemaker.eu-central-1.amazonaws.com',
      host: 'runtime.sagemaker.eu-central-1.amazonaws.com',
      basePath: '',
      region: 'eu-central-1',
    });
  });

  it('knows the partitions and FIPS', async () => {
    expect((await originWith({ AWS_REGION: 'cn-north-1' })).host).toBe('runtime.sagemaker.cn-north-1.amazonaws.com.cn');
    expect((await originWith({ AWS_REGION: 'us-east-1' }, { useFipsEndpoint: true })).host).toBe(
      'runtime-fips.sagemaker.us-east-1.amazonaws.com',
    );
  });

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566', ''],
    [
      { AWS_ENDPOINT_URL: 'http://other:1', AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: 'http://stand-in:4566/base/' },
      'http://stand-in:4566',
      '/base',
    ],
  ])('takes the endpoint of the environment (%#)', async (variables, origin, basePath) => {
    expect(await originWith({ AWS_REGION: 'us-east-1', ...variables })).toMatchObject({ origin, basePath });
  });

  it('puts an endpoint that is given first', async () => {
    const variables = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://other:1' };

    expect(await originWith(variables, { endpoint: 'http://127.0.0.1:9/base' })).toMatchObject({
      origin: 'http://127.0.0.1:9',
      host: '127.0.0.1:9',
      basePath: '/base',
    });
  });

  it('says what to set when there is no region', async () => {
    const resolved = originWith({});

    await expect(resolved).rejects.toThrow(ConfigurationError);
    await expect(resolved).rejects.toThrow('Set AWS_REGION');
  });
});

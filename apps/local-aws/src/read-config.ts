import { GPU_SHAPE_NAMES } from './engines/gpu/gpu-shapes.js';
import type { EndpointInput } from './sagemaker/endpoints/endpoint-definition.js';
import { completeConfig, type LocalAwsConfig } from './config.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration that the environment asks for.
 * @throws TypeError that names the variable at fault
 */
export function readConfig(environment: Environment): LocalAwsConfig {
  const defaults = completeConfig({ dataDir: readText(environment, 'LOCAL_AWS_DATA') ?? './.sluice/aws' });
  return {
    ...defaults,
    host: readText(environment, 'LOCAL_AWS_HOST') ?? defaults.host,
    port: readWholeNumber(environment, 'LOCAL_AWS_PORT', 65_535) ?? defaults.port,
    credentials: {
      accessKeyId: readText(environment, 'AWS_ACCESS_KEY_ID') ?? defaults.credentials.accessKeyId,
      secretAccessKey: readText(environment, 'AWS_SECRET_ACCESS_KEY') ?? defaults.credentials.secretAccessKey,
    },
    ...readS3(environment),
    buckets: readList(environment, 'LOCAL_AWS_BUCKETS') ?? defaults.buckets,
    payloadLimitBytes: readWholeNumber(environment, 'LOCAL_AWS_PAYLOAD_LIMIT') ?? defaults.payloadLimitBytes,
    tokenDelayMs: readWholeNumber(environment, 'LOCAL_AWS_TOKEN_DELAY_MS') ?? defaults.tokenDelayMs,
    endpoints: readGpus(environment, defaults.endpoints),
  };
}

function readS3(environment: Environment): Pick<LocalAwsConfig, 's3' | 's3Endpoint'> {
  const s3 = readText(environment, 'LOCAL_AWS_S3') ?? 'on';
  if (s3 !== 'on' && s3 !== 'off') throw new TypeError(`LOCAL_AWS_S3 must be on or off, not ${s3}`);
  const s3Endpoint = readText(environment, 'LOCAL_AWS_S3_ENDPOINT');
  if (s3Endpoint === undefined) return { s3 };
  if (!URL.canParse(s3Endpoint)) throw new TypeError(`LOCAL_AWS_S3_ENDPOINT must be a URL, not ${s3Endpoint}`);
  return { s3, s3Endpoint };
}

/** `LOCAL_AWS_GPU=endpoint=shape,…` puts simulated GPUs behind endpoints. */
function readGpus(environment: Environment, endpoints: readonly EndpointInput[]): readonly EndpointInput[] {
  const shapes = new Map<string, string>();
  for (const item of readList(environment, 'LOCAL_AWS_GPU') ?? []) {
    const [endpoint = '', shape = ''] = item.split('=');
    if (!endpoints.some(({ name }) => name === endpoint)) {
      throw new TypeError(`LOCAL_AWS_GPU must name endpoints as endpoint=shape, and there is none for ${item}`);
    }
    shapes.set(endpoint, shape);
  }
  return endpoints.map((endpoint) => {
    const shape = shapes.get(endpoint.name);
    if (shape === undefined) return endpoint;
    const gpu = GPU_SHAPE_NAMES.find((name) => name === shape);
    if (gpu === undefined) {
      throw new TypeError(`LOCAL_AWS_GPU must name one of ${GPU_SHAPE_NAMES.join(', ')}, not ${shape}`);
    }
    return { ...endpoint, gpu };
  });
}

/** A variable that is set to nothing counts as not set, as compose files leave them. */
function readText(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  return text === '' ? undefined : text;
}

function readList(environment: Environment, name: string): string[] | undefined {
  return readText(environment, name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readWholeNumber(environment: Environment, name: string, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = readText(environment, name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw new TypeError(`${name} must be a whole number of at most ${max}, not ${text}`);
  }
  return Number(text);
}

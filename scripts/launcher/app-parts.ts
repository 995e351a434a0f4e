import { join } from 'node:path';
import type { PartName, PartPlan } from '#scripts/launcher/part';
import { whyNotOk } from '#scripts/launcher/probes';

/** Everything that the apps are told; ports are chosen by whoever starts them. */
export interface AppsPlan {
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly workerPort: number;
  /** Undefined when `environment` names the real AWS. */
  readonly localAwsPort: number | undefined;
  readonly redisUrl: string;
  readonly apiKey: string;
  readonly keyPepper: string;
  /** What the apps get besides. */
  readonly environment: NodeJS.ProcessEnv;
}

const LOCAL_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'sluice-local', AWS_SECRET_ACCESS_KEY: 'sluice-local-secret' } as const;

// Longer than the apps' own bounds for draining, which then decide.
const STOP_TIMEOUT_MS = { api: 40_000, worker: 30_000, 'local-aws': 10_000 } as const;

/** As `npm run start:api` and `start:worker` have it; docs/operations.md, Memory, says why. */
const MEMORY = ['--max-semi-space-size=8', '--heap-growing-percent=50'];

export function planLocalAws(plan: AppsPlan, port: number): PartPlan {
  return {
    name: 'local-aws',
    command: runApp('local-aws'),
    environment: {
      ...withoutAws(plan.environment),
      ...LOCAL_CREDENTIALS,
      LOCAL_AWS_PORT: String(port),
      LOCAL_AWS_HOST: '127.0.0.1',
      LOCAL_AWS_DATA: join(plan.home, 'aws'),
      LOCAL_AWS_BUCKETS: bucketOf(plan),
    },
    description: `stand-in for S3 and SageMaker on port ${port}`,
    whyNotReady: (signal) => whyNotOk(`http://127.0.0.1:${port}/_control/health`, signal),
    stopTimeoutMs: STOP_TIMEOUT_MS['local-aws'],
  };
}

export function planWorker(plan: AppsPlan): PartPlan {
  return {
    name: 'worker',
    command: [...MEMORY, ...runApp('worker')],
    environment: { ...sharedEnvironment(plan), WORKER_PORT: String(plan.workerPort), WORKER_HOST: '127.0.0.1' },
    description: `bulk jobs; health on port ${plan.workerPort}`,
    whyNotReady: (signal) => whyNotOk(`http://127.0.0.1:${plan.workerPort}/ready`, signal),
    stopTimeoutMs: STOP_TIMEOUT_MS.worker,
  };
}

export function planApi(plan: AppsPlan): PartPlan {
  const origin = originOf(plan);
  return {
    name: 'api',
    command: [...MEMORY, ...runApp('api')],
    environment: { ...sharedEnvironment(plan), PORT: String(plan.port), HOST: plan.host },
    description: origin,
    whyNotReady: (signal) => whyNotOk(`${origin}/ready`, signal),
    stopTimeoutMs: STOP_TIMEOUT_MS.api,
  };
}

/** Where this machine reaches the api, without a path. */
export function originOf({ host, port }: Pick<AppsPlan, 'host' | 'port'>): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${everywhere ? '127.0.0.1' : name}:${port}`;
}

function runApp(name: PartName): string[] {
  return ['--enable-source-maps', 'scripts/run-module.ts', `dist/apps/${name}/src/main.js`];
}

function sharedEnvironment(plan: AppsPlan): NodeJS.ProcessEnv {
  const keys = { SLUICE_API_KEY: plan.apiKey, SLUICE_KEY_PEPPER: plan.keyPepper, REDIS_URL: plan.redisUrl };
  if (plan.localAwsPort === undefined) return { ...plan.environment, ...keys };
  const endpoint = `http://127.0.0.1:${plan.localAwsPort}`;
  return {
    ...withoutAws(plan.environment),
    ...keys,
    ...LOCAL_CREDENTIALS,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: endpoint,
    // Asked only where SLUICE_DISCOVERY is on.
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    AWS_ENDPOINT_URL_SAGEMAKER: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    SLUICE_BUCKET: bucketOf(plan),
  };
}

function bucketOf({ environment }: AppsPlan): string {
  return environment['SLUICE_BUCKET'] || 'sluice';
}

/** A profile or session of the machine's owner must not sign for the stand-in. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')));
}

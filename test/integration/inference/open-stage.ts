import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createInference,
  readInferenceConfig,
  type Inference,
  type InferenceCall,
  type InferenceConfig,
} from '#inference';
import { createLogger, scanJsonObject } from '#platform';
import type { Fault } from '../../../apps/local-aws/src/faults/fault-plan.js';
import type { LocalAwsOptions } from '../../../apps/local-aws/src/config.js';
import { startLocalAws, type LocalAws } from '../../../apps/local-aws/src/server.js';
import { FastSageMakerTransport } from '../../../libs/inference/src/transport/sagemaker/fast/fast-sagemaker-transport.js';
import { OpenAiRouteTransport } from '../../../libs/inference/src/transport/sagemaker/openai-route/openai-route-transport.js';
import type { SageMakerOptions } from '../../../libs/inference/src/transport/sagemaker/sagemaker-client.js';
import { SdkSageMakerTransport } from '../../../libs/inference/src/transport/sagemaker/sdk/sdk-sagemaker-transport.js';
import type { Transport } from '../../../libs/inference/src/transport/transport.port.js';

export const JSON_LINES_CHAT = { model: 'Qwen2.5-7B-Instruct/dev', endpoint: 'EMD-Model-qwen2-5-7b-instruct-endpoint' };
export const SSE_CHAT = { model: 'Llama-3.3-70B-Instruct/dev', endpoint: 'EMD-Model-llama-3-3-70b-instruct-endpoint' };
export const EMBEDDING = { model: 'bge-m3/dev', endpoint: 'EMD-Model-bge-m3-endpoint' };
export const RERANK = { model: 'bge-reranker-v2-m3/dev', endpoint: 'EMD-Model-bge-reranker-v2-m3-endpoint' };

export const TRANSPORTS = ['fast', 'sdk'] as const;
export type TransportKind = (typeof TRANSPORTS)[number];

export const logger = createLogger({ name: 'test', level: 'silent' });
const CATALOG = fileURLToPath(new URL('../../../sluice.yaml', import.meta.url));
const REGION = 'us-east-1';

/** The ways to an endpoint for chat; the last one is for nothing else. */
export const CHAT_TRANSPORTS = [...TRANSPORTS, 'openai-route'] as const;
export type ChatTransportKind = (typeof CHAT_TRANSPORTS)[number];

export function openTransport(kind: ChatTransportKind, options: SageMakerOptions): Promise<Transport> {
  if (kind === 'openai-route') return OpenAiRouteTransport.open(options, [''], logger);
  return kind === 'fast'
    ? FastSageMakerTransport.open(options, [''], logger)
    : Promise.resolve(new SdkSageMakerTransport(options));
}

export function optionsFor(endpoint: string, credentials: SageMakerOptions['credentials']): SageMakerOptions {
  return {
    endpoint,
    region: REGION,
    connectTimeoutMs: 2_000,
    maxConnections: 64,
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** The stand-in for AWS, and what calls models on it. */
export class Stage {
  private constructor(
    readonly aws: LocalAws,
    private readonly folder: string,
  ) {}

  static async open(overrides: Partial<LocalAwsOptions> = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-inference-'));
    const aws = await startLocalAws({ port: 0, dataDir: folder, s3: 'off', tokenDelayMs: 0, ...overrides });
    return new Stage(aws, folder);
  }

  get options(): SageMakerOptions {
    return optionsFor(this.aws.url, this.aws.credentials);
  }

  /** The example catalog's models on this stand-in. */
  createInference(overrides: Partial<InferenceConfig> = {}): Promise<Inference> {
    const config = readInferenceConfig({ SLUICE_CATALOG: CATALOG });
    return createInference({ ...config, sageMaker: this.options, ...overrides }, logger);
  }

  setFault(fault: Fault): void {
    this.aws.faults.add(fault);
  }

  /** How the calls of one endpoint ended, oldest first. */
  outcomes(endpoint: string): readonly (string | undefined)[] {
    return this.aws.witness.list({ endpoint }).map(({ outcome }) => outcome);
  }

  reset(): void {
    this.aws.faults.clear();
    this.aws.witness.clear();
  }

  async close(): Promise<void> {
    await this.aws.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

let calls = 0;

export function callWith(fields: object, overrides: Partial<InferenceCall> = {}): InferenceCall {
  const body = scanJsonObject(Buffer.from(JSON.stringify(fields)));
  calls++;
  return {
    model: (fields as { readonly model: string }).model,
    body,
    requestId: `req_${calls}`,
    signal: new AbortController().signal,
    ...overrides,
  };
}

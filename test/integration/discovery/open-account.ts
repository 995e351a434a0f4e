import { onTestFinished } from 'vitest';
import { createLogger } from '#platform';
import type { ControlPlaneState } from '../../../apps/local-aws/src/control-plane/control-plane-state.js';
import { startTestAws, type TestAws } from '../../../apps/local-aws/src/testing/start-test-aws.js';
import { AwsModelSource } from '../../../libs/inference/src/catalog/discovery/aws-model-source.js';
import type { ControlPlaneOptions } from '../../../libs/inference/src/catalog/discovery/control-plane-clients.js';

export const logger = createLogger({ name: 'test', level: 'silent' });
/** An endpoint that the stand-in has from the start. */
export const ENDPOINT = 'EMD-Model-qwen2-5-7b-instruct-endpoint';

/** An AWS account of the stand-in's, with what EMD would have deployed in it. */
export class Account {
  private constructor(readonly test: TestAws) {}

  static async open(): Promise<Account> {
    const account = new Account(await startTestAws({ s3: 'off' }));
    onTestFinished(() => account.test.close());
    return account;
  }

  get state(): ControlPlaneState {
    return this.test.aws.controlPlane;
  }

  get controlPlane(): ControlPlaneOptions {
    const { url: endpoint, credentials } = this.test.aws;
    return { endpoint, credentials, region: 'us-east-1', connectTimeoutMs: 2_000, callTimeoutMs: 5_000 };
  }

  /** What asks this account through the real SDK clients. */
  openSource(kinds: { readonly stacks?: boolean; readonly tags?: boolean } = { stacks: true }): AwsModelSource {
    const { stacks = false, tags = false } = kinds;
    const options = { stacks, tags, keysSecret: 'EMD-APIKey-Secrets', controlPlane: this.controlPlane };
    const source = new AwsModelSource(options, logger);
    onTestFinished(() => source.close());
    return source;
  }

  /** A stack as EMD makes it for a realtime model. */
  deploy(
    model: string,
    overrides: { name?: string; status?: string; outputs?: object; parameters?: object } = {},
  ): void {
    this.state.putStack({
      name: overrides.name ?? `EMD-Model-${model.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`,
      status: overrides.status ?? 'CREATE_COMPLETE',
      outputs: { Model: model, SageMakerEndpointName: ENDPOINT, ...overrides.outputs },
      parameters: { EngineType: 'vllm', ServiceType: 'sagemaker_realtime', ...overrides.parameters },
    });
  }

  /** Calls of one operation since the account was opened. */
  calls(operation: string): number {
    return this.state.callCounts()[operation] ?? 0;
  }
}

export const anySignal = (): AbortSignal => AbortSignal.timeout(20_000);

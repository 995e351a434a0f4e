import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInference, readInferenceConfig, type DeferredCalls, type Inference } from '#inference';
import { S3ObjectExchange, S3ObjectStore } from '#storage';
import { startTestAws, type TestAws } from '../../../apps/local-aws/src/testing/start-test-aws.js';
import { createTestBulk, type TestBulk, type TestBulkOptions } from '../../../libs/jobs/src/testing/index.js';
import { logger, optionsFor } from '../inference/open-stage.js';

export const ENDPOINT = 'async-embedding';

const CATALOG = `
models:
  - id: model/dev
    type: embedding
    target: { kind: sagemaker, endpoint: ${ENDPOINT} }
    transports: [async]
    adapter: openai
    options: { async: { inputPrefix: async, timeoutSeconds: 60, ttlSeconds: 60, outstanding: 50 } }
`;

interface StageParts {
  readonly inference: Inference;
  readonly exchange: S3ObjectExchange;
  readonly store: S3ObjectStore;
  readonly folder: string;
}

/** The job engine over S3 and asynchronous endpoints of the stand-in, reached through the AWS SDK. */
export class AsyncStage {
  /** Moves as the test says. */
  readonly clock = { nowMs: Date.now() };

  private constructor(
    readonly test: TestAws,
    private readonly parts: StageParts,
  ) {}

  /** @param asyncSecondMs How long a second of the stand-in's queues lasts. */
  static async open(asyncSecondMs: number): Promise<AsyncStage> {
    const test = await startTestAws({ asyncSecondMs, buckets: ['sluice', 'results'] });
    const folder = await mkdtemp(join(tmpdir(), 'sluice-async-chunks-'));
    const catalog = join(folder, 'sluice.yaml');
    await writeFile(catalog, CATALOG);
    const storage = {
      bucket: 'sluice',
      region: 'us-east-1',
      endpoint: test.aws.url,
      forcePathStyle: true,
      requestTimeoutMs: 10_000,
      maxAttempts: 1,
      maxSockets: 16,
    };
    const { credentials } = test.aws;
    const exchange = new S3ObjectExchange(storage, { credentials });
    const config = readInferenceConfig({ SLUICE_CATALOG: catalog });
    const sageMaker = optionsFor(test.aws.url, credentials);
    const inference = await createInference({ ...config, sageMaker }, logger, undefined, exchange);
    const store = new S3ObjectStore(storage, { credentials });
    return new AsyncStage(test, { inference, exchange, store, folder });
  }

  get deferred(): DeferredCalls {
    const { deferred } = this.parts.inference;
    if (deferred === undefined) throw new Error('this stage has a way through S3');
    return deferred;
  }

  async define(more: { readonly instances?: number; readonly latencyMs?: number } = {}): Promise<void> {
    const { instances = 1, ...rest } = more;
    await this.test.control('PUT', `endpoints/${ENDPOINT}`, {
      model: 'model',
      engine: 'embedding',
      dimensions: 8,
      ...rest,
      async: { s3OutputPath: 's3://results/out', s3FailurePath: 's3://results/failed', instances, shuffled: true },
    });
  }

  /** A worker; a second one is another machine over the same bucket. */
  openBulk(options: TestBulkOptions = {}): TestBulk {
    return createTestBulk({
      store: this.parts.store,
      deferred: this.deferred,
      clock: this.clock,
      chunkLines: 100,
      ...options,
    });
  }

  /** How often each input was asked, the canary's left out. */
  asked(): number[] {
    const counts = new Map<string, number>();
    for (const { inputs, inferenceId } of this.test.aws.witness.list({ endpoint: ENDPOINT })) {
      if (inferenceId?.startsWith('where-') === true) continue;
      for (const input of inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
    }
    return [...counts.values()];
  }

  async close(): Promise<void> {
    const { inference, exchange, store, folder } = this.parts;
    await inference.close();
    exchange.close();
    store.close();
    await this.test.close();
    await rm(folder, { recursive: true, force: true });
  }
}

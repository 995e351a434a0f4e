import { Histogram, type Logger, type Registry } from '#platform';
import type { Catalog } from './catalog/catalog.js';
import { loadCatalog } from './catalog/load-catalog.js';
import type { InferenceConfig } from './inference.config.js';
import { FastSageMakerTransport } from './transport/sagemaker/fast/fast-sagemaker-transport.js';
import { SdkSageMakerTransport } from './transport/sagemaker/sdk/sdk-sagemaker-transport.js';
import type { Transport } from './transport/transport.port.js';
import { ChatCompletions } from './use-cases/chat-completions.use-case.js';
import { Embeddings } from './use-cases/embeddings.use-case.js';
import { Rerank } from './use-cases/rerank.use-case.js';
import type { CallObserver, UseCaseOptions } from './use-cases/use-case-options.js';

export interface Inference {
  readonly catalog: Catalog;
  readonly useCases: {
    readonly chat: ChatCompletions;
    readonly embeddings: Embeddings;
    readonly rerank: Rerank;
  };
  /** Ends all connections to models; open calls fail. */
  close(): Promise<void>;
}

/** From under a millisecond for embeddings to the eight minutes that a stream may take. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 480];

/**
 * Everything that a process needs to call models.
 *
 * @throws ConfigurationError when the catalog, the region or the endpoint of SageMaker make no sense.
 */
export async function createInference(
  config: InferenceConfig,
  logger: Logger,
  registry?: Registry,
): Promise<Inference> {
  const catalog = await loadCatalog(config.catalogPath, config.limits);
  const transport = await openTransport(config, catalog, logger);
  const options: UseCaseOptions = {
    maxRetries: config.maxRetries,
    holdMs: config.holdMs,
    keepAliveMs: config.keepAliveMs,
    ...(registry === undefined ? {} : { observe: createObserver(registry) }),
  };
  return {
    catalog,
    useCases: {
      chat: new ChatCompletions(catalog, transport, options),
      embeddings: new Embeddings(catalog, transport, options),
      rerank: new Rerank(catalog, transport, options),
    },
    close: () => transport.close(),
  };
}

async function openTransport(config: InferenceConfig, catalog: Catalog, logger: Logger): Promise<Transport> {
  const regions = [...new Set(catalog.list().map(({ target }) => target.region ?? ''))];
  return config.transport === 'sdk'
    ? SdkSageMakerTransport.open(config.sageMaker, regions)
    : FastSageMakerTransport.open(config.sageMaker, regions, logger);
}

function createObserver(registry: Registry): CallObserver {
  const histogram = new Histogram({
    name: 'sluice_upstream_call_seconds',
    help: 'Time from sending a call to a model until its whole answer or its failure, retries included.',
    labelNames: ['model', 'operation', 'outcome'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  return ({ model, operation, outcome, seconds }) => histogram.observe({ model, operation, outcome }, seconds);
}

import { Histogram, type Logger, type Registry } from '#platform';
import type { ObjectExchange } from '#storage';
import { RowConverter } from './adapters/embeddings/row-converter.js';
import { pieceBounds } from './adapters/piece-bounds.js';
import { GuardedTransport } from './capacity/guarded-transport.js';
import type { EndpointSignals } from './capacity/sharing/endpoint-signals.js';
import { MeasuredTransport } from './capacity/sharing/measured-transport.js';
import type { Catalog } from './catalog/catalog.js';
import type { Discovery } from './catalog/discovery/discovery.js';
import { openCatalog } from './catalog/discovery/open-catalog.js';
import { findMissingFallbacks } from './catalog/find-missing-fallbacks.js';
import type { ModelTarget } from './catalog/model-entry.types.js';
import { CallCodec } from './deferred/call-codec.js';
import type { DeferredCalls } from './deferred/deferred-calls.port.js';
import { DeferredCatalog } from './deferred/deferred-catalog.js';
import type { InferenceConfig } from './inference.config.js';
import { openTransports } from './transport/open-transports.js';
import { RoutingTransport } from './transport/routing-transport.js';
import { SageMakerDeferredCalls } from './transport/sagemaker/async/sagemaker-deferred-calls.js';
import { createUseCases, type JsonUseCases } from './use-cases/create-use-cases.js';
import { createSpeech, type SpeechUseCases } from './use-cases/transcriptions/create-speech.js';
import { PieceTranscriber } from './use-cases/transcriptions/piece-transcriber.js';
import type { CallObserver, UseCaseOptions } from './use-cases/use-case-options.js';

export interface Inference {
  /** For readers who may be anyone: a name that it does not know costs nothing. */
  readonly catalog: Catalog;
  /** Absent where models are not discovered. Holds the keys that EMD gave to single models. */
  readonly discovery: Discovery | undefined;
  readonly useCases: JsonUseCases & SpeechUseCases;
  /** Seconds that a model hears at a time. @throws GatewayError `model_not_found` */
  maxPieceSeconds(model: string): number;
  /** For recordings that are put together from pieces. */
  readonly pieces: PieceTranscriber;
  /** Absent where there is no way through S3. */
  readonly deferred: DeferredCalls | undefined;
  /** What realtime calls of this process have shown of each endpoint, by the endpoint's name. */
  readonly signals: ReadonlyMap<string, EndpointSignals>;
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
  exchange?: ObjectExchange,
): Promise<Inference> {
  const { catalog, catalogForCallers, discovery } = await openCatalog(config, logger, registry);
  const missing = findMissingFallbacks(catalog.list());
  if (missing.length > 0) logger.warn({ missing }, 'some models that are to stand in for others are not known (yet)');
  const carriers = await openTransports(config, catalog.list(), { logger, exchange });
  const measured = new MeasuredTransport(new RoutingTransport(carriers));
  const transport = new GuardedTransport(measured, config.circuitBreaker, registry);
  const options = {
    maxRetries: config.maxRetries,
    holdMs: config.holdMs,
    keepAliveMs: config.keepAliveMs,
    converter: new RowConverter(),
    inFlightAt: (target: ModelTarget) => measured.inFlightAt(target),
    ...(registry === undefined ? {} : { observe: createObserver(registry) }),
  };
  const speech = { catalog: catalogForCallers, transport, options, exchange, logger };
  const deferred = exchange === undefined ? undefined : openDeferredCalls(config, catalogForCallers, exchange, options);
  return {
    catalog,
    discovery,
    deferred,
    signals: measured.signals,
    useCases: { ...createUseCases(catalogForCallers, transport, options), ...createSpeech(speech) },
    pieces: new PieceTranscriber(speech),
    maxPieceSeconds: (model) => pieceBounds(catalogForCallers.resolve(model)).maxSeconds,
    close: async () => {
      await discovery?.close();
      await transport.close();
      deferred?.close();
      await options.converter.close();
    },
  };
}

function openDeferredCalls(
  { sageMaker }: InferenceConfig,
  models: Catalog,
  exchange: ObjectExchange,
  { maxRetries, holdMs, keepAliveMs, converter }: UseCaseOptions & { readonly converter: RowConverter },
): SageMakerDeferredCalls {
  const catalog = new DeferredCatalog(models);
  const codec = new CallCodec(catalog, { maxRetries, holdMs, keepAliveMs, converter });
  return new SageMakerDeferredCalls({ sageMaker, exchange, catalog, codec });
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

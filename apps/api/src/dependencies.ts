import { createInference, type Inference, type SpeechUseCase, type StreamingUseCase, type UseCase } from '#inference';
import { createApiBulk, type Bulk } from '#jobs';
import { createLogger, createRegistry, type Logger, type Registry } from '#platform';
import { S3ObjectExchange, S3ObjectLinks, S3ObjectStore } from '#storage';
import type { ModelKeys } from './auth/model-keys.js';
import { createAccessLog, type AccessLog } from './access-log/access-log.js';
import { createBufferedOutput } from './access-log/buffered-output.js';
import type { ApiConfig } from './config.js';
import type { ModelCatalog } from './models/model-catalog.port.js';

/** The realtime side as the api uses it. */
interface RealtimePart {
  readonly catalog: ModelCatalog;
  /** What finds deployed models, and the keys that some of them have. */
  readonly discovery?: { readonly keys: ModelKeys } | undefined;
  readonly useCases: {
    readonly chat: StreamingUseCase;
    readonly completions: StreamingUseCase;
    readonly embeddings: UseCase;
    readonly rerank: UseCase;
    readonly rerankV2: UseCase;
    readonly invocations: StreamingUseCase;
    readonly transcriptions: SpeechUseCase;
    readonly translations: SpeechUseCase;
  };
  /** Seconds that a model hears at a time. @throws GatewayError `model_not_found` */
  maxPieceSeconds(model: string): number;
  /** What realtime calls show of each endpoint, by its name; absent where none are measured. */
  readonly signals?: Inference['signals'];
  close(): Promise<void>;
}

/** A process that shares its port with others shows all their numbers: a monitor reaches any one of them. */
interface GroupMetricsSource {
  /** Whose numbers are this process's. */
  show(registry: Registry): void;
  renderMetrics(): Promise<string>;
}

/** What the api is built on; tests give their own. */
export interface AppDependencies {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly accessLog: AccessLog;
  readonly inference: RealtimePart;
  readonly bulk: Bulk;
  /** Numbers of all processes that share the port; absent where this is the only one. */
  readonly groupMetrics?: GroupMetricsSource | undefined;
  /** Keys that open one model each, beside those of the key ring. */
  readonly modelKeys?: ModelKeys | undefined;
}

const STANDARD_OUTPUT = 1;
/** Often enough to see what keeps calls waiting; each look costs an idle api CPU time. */
const LOOP_LOOK_MS = 20;

/** Makes what is not given, from the configuration. */
export async function completeDependencies(
  config: ApiConfig,
  given: Partial<AppDependencies>,
): Promise<AppDependencies> {
  const { logLevel, processes } = config;
  const { number } = processes;
  const logger = given.logger ?? createLogger({ name: 'api', level: logLevel, process: number });
  const labels = number === undefined ? undefined : { process: String(number) };
  const registry = given.registry ?? createRegistry({ processMetrics: true, loopLookMs: LOOP_LOOK_MS, labels });
  given.groupMetrics?.show(registry);
  const inference = given.inference ?? (await openInference(config, logger, registry));
  return {
    logger,
    registry,
    accessLog:
      given.accessLog ??
      createAccessLog({ level: logLevel, process: number, output: createBufferedOutput(STANDARD_OUTPUT) }),
    inference,
    bulk: given.bulk ?? openBulk(config, { logger, registry, signals: inference.signals }),
    groupMetrics: given.groupMetrics,
    modelKeys: given.modelKeys ?? inference.discovery?.keys,
  };
}

/** Only models that are reached through S3 ever touch it; the others need no storage. */
async function openInference(config: ApiConfig, logger: Logger, registry: Registry): Promise<Inference> {
  const exchange = new S3ObjectExchange(config.storage);
  const inference = await createInference(config.inference, logger, registry, exchange);
  return {
    ...inference,
    close: async () => {
      await inference.close();
      exchange.close();
    },
  };
}

interface BulkServices {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly signals: Inference['signals'] | undefined;
}

/** The store belongs to bulk alone here, so it ends with it. */
function openBulk(config: ApiConfig, { logger, registry, signals }: BulkServices): Bulk {
  const store = new S3ObjectStore(config.storage);
  const links = config.bulk.presignedUrls ? new S3ObjectLinks(config.storage) : undefined;
  const bulk = createApiBulk({
    config: config.bulk,
    store,
    links,
    logger,
    maxFileBytes: config.http.maxFileBytes,
    lookers: config.processes.count,
    realtime: signals && { signals, registry },
  });
  return {
    ...bulk,
    close: async () => {
      await bulk.close();
      store.close();
      links?.close();
    },
  };
}

import { createInference, type StreamingUseCase, type UseCase } from '#inference';
import { createApiBulk, type Bulk } from '#jobs';
import { createLogger, createRegistry, type Logger, type Registry } from '#platform';
import { S3ObjectStore } from '#storage';
import { createAccessLog, type AccessLog } from './access-log/access-log.js';
import { createBufferedOutput } from './access-log/buffered-output.js';
import type { ApiConfig } from './config.js';
import type { ModelCatalog } from './models/model-catalog.port.js';

/** The realtime side as the api uses it. */
interface RealtimePart {
  readonly catalog: ModelCatalog;
  readonly useCases: { readonly chat: StreamingUseCase; readonly embeddings: UseCase; readonly rerank: UseCase };
  close(): Promise<void>;
}

/** What the api is built on; tests give their own. */
export interface AppDependencies {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly accessLog: AccessLog;
  readonly inference: RealtimePart;
  readonly bulk: Bulk;
}

const STANDARD_OUTPUT = 1;

/** Makes what is not given, from the configuration. */
export async function completeDependencies(
  config: ApiConfig,
  given: Partial<AppDependencies>,
): Promise<AppDependencies> {
  const logger = given.logger ?? createLogger({ name: 'api', level: config.logLevel });
  const registry = given.registry ?? createRegistry({ processMetrics: true });
  return {
    logger,
    registry,
    accessLog:
      given.accessLog ?? createAccessLog({ level: config.logLevel, output: createBufferedOutput(STANDARD_OUTPUT) }),
    inference: given.inference ?? (await createInference(config.inference, logger, registry)),
    bulk: given.bulk ?? openBulk(config, logger),
  };
}

/** The store belongs to bulk alone here, so it ends with it. */
function openBulk(config: ApiConfig, logger: Logger): Bulk {
  const store = new S3ObjectStore(config.storage);
  const bulk = createApiBulk({ config: config.bulk, store, logger });
  return {
    files: bulk.files,
    batches: bulk.batches,
    checks: () => bulk.checks(),
    close: async () => {
      await bulk.close();
      store.close();
    },
  };
}

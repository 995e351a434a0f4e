import { NestFactory } from '@nestjs/core';
import { chooseDecoder } from '#audio';
import { createInference } from '#inference';
import { createWorkerBulk } from '#jobs';
import { createLogger, createRegistry, NestLogger, shutDown } from '#platform';
import { S3ObjectExchange, S3ObjectStore } from '#storage';
import type { WorkerConfig } from './config.js';
import { HealthServer } from './health/health-server.js';
import { ChunkProcessors } from './processors/chunk.processors.js';
import { ControlProcessor } from './processors/control.processor.js';
import { WorkerModule } from './worker.module.js';

/** A worker process: job in, outcome out. */
export interface Worker {
  /** Answers health checks at once; takes jobs as soon as the store is known to be safe. */
  start(): Promise<void>;
  /** Hands its chunks back and closes everything, in order. Resolves false when it took too long. */
  stop(reason: string): Promise<boolean>;
  /** Address of the health server once started. */
  url(): string;
}

/** Nobody waits for a worker's answer as callers do for the api's. */
const LOOP_LOOK_MS = 50;

export async function createWorker(config: WorkerConfig): Promise<Worker> {
  const logger = createLogger({ name: 'worker', level: config.logLevel });
  const registry = createRegistry({ processMetrics: true, loopLookMs: LOOP_LOOK_MS });
  const exchange = new S3ObjectExchange(config.storage);
  const inference = await createInference(config.inference, logger, registry, exchange);
  const store = new S3ObjectStore(config.storage);
  const decoder = await chooseDecoder(config.path);
  if (decoder === undefined)
    logger.warn('recordings cannot be transcribed here: install ffmpeg, or the npm package node-av');
  const bulk = createWorkerBulk({ config: config.bulk, store, exchange, inference, decoder, logger, registry });
  const module = WorkerModule.forRoot({ config, bulk, logger, registry });
  const app = await NestFactory.createApplicationContext(module, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const health = app.get(HealthServer);
  const chunks = app.get(ChunkProcessors);
  const control = app.get(ControlProcessor);
  const stopping = new AbortController();

  const takeJobs = async (): Promise<void> => {
    await bulk.waitUntilSafe(stopping.signal);
    if (stopping.signal.aborted) return;
    control.start();
    chunks.start();
    logger.info({ endpoints: bulk.targets().map(({ endpoint }) => endpoint) }, 'taking jobs');
  };

  return {
    url: () => health.url(),
    start: async () => {
      await health.listen();
      bulk.start();
      void takeJobs().catch((error: unknown) => {
        health.fail(error instanceof Error ? error.message : String(error));
        logger.error({ error }, 'no jobs are taken');
      });
    },
    stop: async (reason) => {
      logger.info({ reason }, 'stopping');
      stopping.abort();
      health.markStopping();
      const steps = [
        { name: 'dispatching', run: () => bulk.stopDispatching() },
        { name: 'chunks', run: () => chunks.stop() },
        { name: 'control', run: () => control.stop() },
        { name: 'inference', run: () => inference.close() },
        { name: 'bulk', run: () => bulk.close() },
        { name: 'health', run: () => health.close() },
        { name: 'nest', run: () => app.close() },
      ];
      return await shutDown(steps, config.stopTimeoutMs, logger);
    },
  };
}

import { Module, type DynamicModule } from '@nestjs/common';
import type { WorkerBulk } from '#jobs';
import type { Logger, Registry } from '#platform';
import type { WorkerConfig } from './config.js';
import { HealthServer } from './health/health-server.js';
import { ChunkProcessors } from './processors/chunk.processors.js';
import { ControlProcessor } from './processors/control.processor.js';

export interface WorkerParts {
  readonly config: WorkerConfig;
  readonly bulk: WorkerBulk;
  readonly logger: Logger;
  readonly registry: Registry;
}

@Module({})
export class WorkerModule {
  static forRoot({ config, bulk, logger, registry }: WorkerParts): DynamicModule {
    const { port, host } = config;
    return {
      module: WorkerModule,
      providers: [
        {
          provide: ChunkProcessors,
          useFactory: () => new ChunkProcessors(bulk, logger),
        },
        { provide: ControlProcessor, useFactory: () => new ControlProcessor(bulk, logger) },
        { provide: HealthServer, useFactory: () => new HealthServer({ port, host, bulk, registry }) },
      ],
    };
  }
}

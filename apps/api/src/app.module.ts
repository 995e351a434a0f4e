import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { StreamingUseCase, UseCase } from '#inference';
import { Batches, Files, type Bulk } from '#jobs';
import type { Registry } from '#platform';
import { CHAT, EMBEDDINGS, MODEL_CATALOG, REGISTRY, RERANK } from './api.tokens.js';
import { BatchesController } from './batches/batches.controller.js';
import { ChatController } from './chat/chat.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { FilesController } from './files/files.controller.js';
import { UploadFile } from './files/upload-file.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { ContentSender } from './http/content/content-sender.js';
import { RealtimeAnswers } from './http/realtime/realtime-answers.js';
import { MetricsController } from './metrics/metrics.controller.js';
import type { ModelCatalog } from './models/model-catalog.port.js';
import { ModelsController } from './models/models.controller.js';
import { RerankController } from './rerank/rerank.controller.js';

/** What the routes stand on, ready made: the libraries are plain classes and know nothing of a container. */
export interface AppParts {
  readonly chat: StreamingUseCase;
  readonly embeddings: UseCase;
  readonly rerank: UseCase;
  readonly catalog: ModelCatalog;
  readonly bulk: Bulk;
  readonly registry: Registry;
  readonly answers: RealtimeAnswers;
  readonly contentSender: ContentSender;
  readonly uploadFile: UploadFile;
  readonly readiness: Readiness;
}

@Module({
  controllers: [
    ChatController,
    EmbeddingsController,
    RerankController,
    ModelsController,
    FilesController,
    BatchesController,
    HealthController,
    MetricsController,
  ],
})
export class AppModule {
  static with(parts: AppParts): DynamicModule {
    return { module: AppModule, providers: provide(parts) };
  }
}

function provide(parts: AppParts): Provider[] {
  return [
    { provide: CHAT, useValue: parts.chat },
    { provide: EMBEDDINGS, useValue: parts.embeddings },
    { provide: RERANK, useValue: parts.rerank },
    { provide: MODEL_CATALOG, useValue: parts.catalog },
    { provide: Files, useValue: parts.bulk.files },
    { provide: Batches, useValue: parts.bulk.batches },
    { provide: REGISTRY, useValue: parts.registry },
    { provide: RealtimeAnswers, useValue: parts.answers },
    { provide: ContentSender, useValue: parts.contentSender },
    { provide: UploadFile, useValue: parts.uploadFile },
    { provide: Readiness, useValue: parts.readiness },
  ];
}

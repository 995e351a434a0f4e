import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { SpeechUseCase, StreamingUseCase, UseCase } from '#inference';
import { Batches, Files, Jobs, Links, Recordings, Uploads, WebhookEndpoints, type Bulk } from '#jobs';
import {
  CAPACITY_SOURCE,
  CHAT,
  COMPLETIONS,
  EMBEDDINGS,
  INVOCATIONS,
  METRICS_PAGE,
  MODEL_CATALOG,
  RERANK,
  RERANK_V2,
  TRANSCRIPTIONS,
  TRANSLATIONS,
} from './api.tokens.js';
import { BatchesController } from './batches/batches.controller.js';
import { CapacityController } from './capacity/capacity.controller.js';
import { ChatController } from './chat/chat.controller.js';
import { CompletionsController } from './completions/completions.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { FilesController } from './files/files.controller.js';
import { UploadFile } from './files/upload-file.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { DocsController } from './docs/docs.controller.js';
import { ContentSender } from './http/content/content-sender.js';
import { RealtimeAnswers } from './http/realtime/realtime-answers.js';
import { RouteTable } from './http/routing/route-table.js';
import { InvocationsController } from './invocations/invocations.controller.js';
import { MetricsController, type MetricsPage } from './metrics/metrics.controller.js';
import { JobEventsController } from './jobs/events/job-events.controller.js';
import { JobEvents } from './jobs/events/job-events.js';
import { JobAnswers } from './jobs/job-answers.js';
import { JobsController } from './jobs/jobs.controller.js';
import { ResultsSender } from './jobs/results-sender.js';
import { TranscriptsController } from './jobs/transcripts.controller.js';
import type { ModelCatalog } from './models/model-catalog.port.js';
import { ModelsController } from './models/models.controller.js';
import { RerankV2Controller } from './rerank/rerank-v2.controller.js';
import { RerankController } from './rerank/rerank.controller.js';
import { SpeechAnswers } from './transcriptions/speech-answers.js';
import { TranscriptionsController } from './transcriptions/transcriptions.controller.js';
import { LinksController } from './uploads/links.controller.js';
import { UploadPart } from './uploads/upload-part.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { WebhookEndpointsController } from './webhooks/webhook-endpoints.controller.js';
import { WebhookEventTypesController } from './webhooks/webhook-event-types.controller.js';

/** What the routes stand on, ready made: the libraries are plain classes and know nothing of a container. */
export interface AppParts {
  readonly chat: StreamingUseCase;
  readonly embeddings: UseCase;
  readonly completions: StreamingUseCase;
  readonly rerank: UseCase;
  readonly rerankV2: UseCase;
  readonly invocations: StreamingUseCase;
  readonly transcriptions: SpeechUseCase;
  readonly translations: SpeechUseCase;
  readonly speechAnswers: SpeechAnswers;
  readonly catalog: ModelCatalog;
  readonly bulk: Bulk;
  readonly metricsPage: MetricsPage;
  readonly answers: RealtimeAnswers;
  readonly contentSender: ContentSender;
  readonly jobAnswers: JobAnswers;
  readonly jobEvents: JobEvents;
  readonly uploadFile: UploadFile;
  readonly readiness: Readiness;
  /** What the documentation lists; absent where it is switched off. */
  readonly documentedRoutes: RouteTable | undefined;
}

@Module({
  controllers: [
    ChatController,
    EmbeddingsController,
    CompletionsController,
    RerankController,
    RerankV2Controller,
    InvocationsController,
    TranscriptionsController,
    ModelsController,
    FilesController,
    UploadsController,
    BatchesController,
    JobsController,
    JobEventsController,
    TranscriptsController,
    WebhookEndpointsController,
    WebhookEventTypesController,
    HealthController,
    MetricsController,
    CapacityController,
  ],
})
export class AppModule {
  static with(parts: AppParts): DynamicModule {
    const controllers = [
      ...(parts.documentedRoutes === undefined ? [] : [DocsController]),
      ...(parts.bulk.links === undefined ? [] : [LinksController]),
    ];
    return { module: AppModule, controllers, providers: provide(parts) };
  }
}

function provide(parts: AppParts): Provider[] {
  return [
    { provide: CHAT, useValue: parts.chat },
    { provide: EMBEDDINGS, useValue: parts.embeddings },
    { provide: COMPLETIONS, useValue: parts.completions },
    { provide: RERANK, useValue: parts.rerank },
    { provide: RERANK_V2, useValue: parts.rerankV2 },
    { provide: INVOCATIONS, useValue: parts.invocations },
    { provide: TRANSCRIPTIONS, useValue: parts.transcriptions },
    { provide: TRANSLATIONS, useValue: parts.translations },
    { provide: SpeechAnswers, useValue: parts.speechAnswers },
    { provide: MODEL_CATALOG, useValue: parts.catalog },
    { provide: Files, useValue: parts.bulk.files },
    { provide: Uploads, useValue: parts.bulk.uploads },
    { provide: Links, useValue: parts.bulk.links },
    { provide: UploadPart, useValue: new UploadPart(parts.bulk.uploads) },
    { provide: Batches, useValue: parts.bulk.batches },
    { provide: Jobs, useValue: parts.bulk.jobs },
    { provide: JobAnswers, useValue: parts.jobAnswers },
    { provide: JobEvents, useValue: parts.jobEvents },
    { provide: Recordings, useValue: parts.bulk.recordings },
    { provide: WebhookEndpoints, useValue: parts.bulk.webhooks },
    { provide: ResultsSender, useValue: new ResultsSender(parts.contentSender) },
    { provide: CAPACITY_SOURCE, useValue: parts.bulk },
    { provide: METRICS_PAGE, useValue: parts.metricsPage },
    { provide: RealtimeAnswers, useValue: parts.answers },
    { provide: ContentSender, useValue: parts.contentSender },
    { provide: UploadFile, useValue: parts.uploadFile },
    { provide: Readiness, useValue: parts.readiness },
    { provide: RouteTable, useValue: parts.documentedRoutes },
  ];
}

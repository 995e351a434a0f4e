import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '#platform';
import { S3ObjectStore } from '#storage';
import { AppModule } from './app.module.js';
import { Gatekeeper } from './auth/gatekeeper.js';
import { ModelKeyring } from './auth/model-keys.js';
import { openKeys } from './auth/open-keys.js';
import { RevocationWatch } from './auth/revocation-watch.js';
import { closeApp } from './close-app.js';
import type { ApiConfig } from './config.js';
import { completeDependencies, type AppDependencies } from './dependencies.js';
import { UploadFile } from './files/upload-file.js';
import { Readiness } from './health/readiness.js';
import { ContentSender } from './http/content/content-sender.js';
import { createFastify } from './http/create-fastify.js';
import { ErrorFilter } from './http/errors/error.filter.js';
import { DrainState } from './http/exchange/drain-state.js';
import { Hooks } from './http/hooks.js';
import { registerMultipart } from './http/multipart/register-multipart.js';
import { RealtimeAnswers } from './http/realtime/realtime-answers.js';
import type { RouteTable } from './http/routing/route-table.js';
import { EventStreamWriter } from './http/sse/event-stream-writer.js';
import { CertificateWatch } from './http/tls/certificate-watch.js';
import { showCertificate } from './http/tls/show-certificate.js';
import { JobEvents } from './jobs/events/job-events.js';
import { JobAnswers } from './jobs/job-answers.js';
import { Limits } from './limits/limits.js';
import { HttpMetrics } from './metrics/http-metrics.js';
import { LongRecordings } from './transcriptions/long-recordings.js';
import { SpeechAnswers } from './transcriptions/speech-answers.js';

/** The whole api, not listening yet. */
export interface Api {
  readonly routeTable: RouteTable;
  /** @returns the base URL. */
  listen(): Promise<string>;
  /** Stops taking calls, waits for the open ones within the configured bound, and closes everything. */
  close(): Promise<void>;
}

/**
 * Puts the api together, for the process and for end-to-end tests alike.
 *
 * @throws ConfigurationError
 */
export async function createApp(config: ApiConfig, given: Partial<AppDependencies> = {}): Promise<Api> {
  const dependencies = await completeDependencies(config, given);
  const { logger, registry, accessLog, inference, bulk, modelKeys, groupMetrics } = dependencies;
  const keys = await openKeys({
    config: config.keys,
    logger,
    openStore: () => new S3ObjectStore(config.storage),
    modelKeys: modelKeys && new ModelKeyring(modelKeys, () => inference.catalog.list()),
  });
  const revocations = new RevocationWatch({
    keys: () => keys.ring.records(),
    jobs: bulk,
    lookMs: config.keys.reloadMs,
    logger,
  });
  revocations.start();
  const limits = new Limits({ config: config.limits, logger, registry, areNeeded: () => keys.ring.hasLimits() });
  await limits.open();
  const drainState = new DrainState();
  const metrics = new HttpMetrics(registry, drainState);
  const gatekeeper = new Gatekeeper({
    ring: keys.ring,
    openModels: config.openModels,
    metricsAccess: config.metricsAccess,
  });
  const hooks = new Hooks({
    gatekeeper,
    ledger: limits.ledger,
    catalog: inference.catalog,
    cors: config.http.cors,
    drainState,
    metrics,
    accessLog,
  });
  const { tls } = config.http;
  const certificates = tls && (await CertificateWatch.open({ ...tls, logger, registry }));
  const filter = new ErrorFilter({ logger, drainState, hooks });
  const server = createFastify({
    ...config.http,
    certificate: certificates?.certificate,
    onFrameworkError: (error, request, reply) => filter.answer(error, request, reply),
  });
  certificates?.follow((certificate) => showCertificate(server.server, certificate));
  hooks.install(server);
  registerMultipart(server);
  const { slowReaderTimeoutMs, maxFileBytes, maxAudioBytes, eventsMaxMs } = config.http;
  const eventStreams = new EventStreamWriter({ metrics, drainState, logger, slowReaderTimeoutMs });
  const module = AppModule.with({
    ...inference.useCases,
    catalog: inference.catalog,
    bulk,
    metricsPage: {
      contentType: registry.contentType,
      render: () => (groupMetrics === undefined ? registry.metrics() : groupMetrics.renderMetrics()),
    },
    answers: new RealtimeAnswers({ metrics, drainState, eventStreams }),
    speechAnswers: new SpeechAnswers({
      drainState,
      eventStreams,
      longRecordings: new LongRecordings({
        recordings: bulk.recordings,
        drainState,
        eventStreams,
        logger,
        isReady: () => bulk.checks().every(({ ok }) => ok),
        checkModel: (model) => void inference.maxPieceSeconds(model),
        graceMs: config.http.recordingGraceMs,
      }),
      maxClipBytes: maxAudioBytes,
      maxRecordingBytes: maxFileBytes,
      maxPieceSeconds: (model) => inference.maxPieceSeconds(model),
    }),
    contentSender: new ContentSender(logger, drainState),
    jobAnswers: new JobAnswers(drainState),
    jobEvents: new JobEvents({
      jobs: bulk.jobs,
      eventStreams,
      drainState,
      maxMs: eventsMaxMs,
      checkKey: (request) => void gatekeeper.admit(request, 'key'),
    }),
    uploadFile: new UploadFile({ files: bulk.files, maxFileBytes }),
    documentedRoutes: config.docs ? hooks.routeTable : undefined,
    readiness: new Readiness({
      registry,
      isDraining: () => drainState.draining,
      countModels: () => inference.catalog.list().length,
      checkKeys: () => keys.ring.check(),
      checkBulk: () => bulk.checks(),
    }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(server), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(filter);
  await app.init();
  return {
    routeTable: hooks.routeTable,
    // Nest's own way reports a failure twice.
    listen: () => server.listen({ host: config.host, port: config.port }),
    close: () => closeApp({ app, config, drainState, keys, revocations, limits, certificates, dependencies }),
  };
}

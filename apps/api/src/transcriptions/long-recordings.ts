import { setTimeout as delay } from 'node:timers/promises';
import type { Recordings, RecordingTicket } from '#jobs';
import { GatewayError, type Logger } from '#platform';
import { pollHeaders } from '../batches/poll-headers.js';
import type { DrainState } from '../http/exchange/drain-state.js';
import type { Exchange } from '../http/exchange/exchange.js';
import { readPreferences } from '../http/exchange/read-preferences.js';
import { responseHeaders } from '../http/exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import type { LongForm } from '../http/multipart/open-speech-form.js';
import type { EventStreamWriter } from '../http/sse/event-stream-writer.js';
import { readRecordingOrder, type RecordingForm } from './read-recording-order.js';
import { recordingFrames } from './recording-frames.js';

export interface LongRecordingsOptions {
  readonly recordings: Recordings;
  readonly drainState: DrainState;
  readonly eventStreams: EventStreamWriter;
  readonly logger: Logger;
  /** Whether jobs are accepted and run. */
  isReady(): boolean;
  /** @throws GatewayError `model_not_found` */
  checkModel(model: string): void;
  /** Milliseconds after which a recording that its caller has left is given up, unless somebody waits for it again. */
  readonly graceMs: number;
}

type Task = 'transcribe' | 'translate';

const ENDPOINTS = { transcribe: '/v1/audio/transcriptions', translate: '/v1/audio/translations' } as const;
const LOOK_MS = 250;

/** Recordings that no model hears in one call: a job underneath, and the caller waits for its transcript. */
export class LongRecordings {
  constructor(private readonly options: LongRecordingsOptions) {}

  isReady(): boolean {
    return this.options.isReady();
  }

  async answer(task: Task, form: Omit<LongForm, 'kind'>, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { exchange } = request;
    const { caller } = exchange;
    if (caller === undefined) throw new GatewayError('missing_api_key', 'A recording needs a caller.');
    let order: RecordingForm | undefined;
    const ticket = await this.options.recordings.start(caller, {
      filename: form.filename,
      content: this.checked(form, task, exchange, (read) => (order = read)),
      endpoint: ENDPOINTS[task],
      order: () => withoutStream(order),
      isRetry: Number(request.headers['x-stainless-retry-count'] ?? 0) > 0,
      signal: exchange.signal,
    });
    if (readPreferences(request.headers['prefer']).has('respond-async'))
      return await this.accept(caller.tenant, ticket, request, reply);
    exchange.signal.addEventListener('abort', () => this.abandonLater(caller.tenant, ticket), { once: true });
    if (exchange.signal.aborted) return this.abandonLater(caller.tenant, ticket);
    if (order?.stream === true) await this.stream(caller.tenant, ticket, request, reply);
    else await this.wait(caller.tenant, ticket, request, reply);
  }

  /** A form whose fields are wrong is not stored. */
  private async *checked(
    form: Omit<LongForm, 'kind'>,
    task: Task,
    exchange: Exchange,
    keep: (order: RecordingForm) => void,
  ): AsyncGenerator<Buffer> {
    yield* form.content;
    const order = readRecordingOrder(form.fields, task);
    exchange.model = order.model;
    this.options.checkModel(order.model);
    keep(order);
  }

  private async accept(
    tenant: string,
    { jobId }: RecordingTicket,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<void> {
    const job = await this.options.recordings.show(tenant, jobId);
    const body = Buffer.from(JSON.stringify(job));
    const headers = { location: `/v1/jobs/${jobId}`, 'preference-applied': 'respond-async', ...pollHeaders(job) };
    this.send({ status: 202, contentType: 'application/json', body, headers }, request, reply);
  }

  private async stream(
    tenant: string,
    { jobId }: RecordingTicket,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<void> {
    const frames = recordingFrames(this.options.recordings, tenant, jobId, request.exchange.signal);
    await this.options.eventStreams.write({ frames, usage: () => undefined }, request, reply);
  }

  private async wait(
    tenant: string,
    { jobId }: RecordingTicket,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<void> {
    const { recordings } = this.options;
    for (;;) {
      const state = await recordings.look(tenant, jobId);
      if (state.kind === 'failed') throw state.error;
      if (state.kind === 'done') break;
      await delay(LOOK_MS, undefined, { signal: request.exchange.signal });
    }
    const { body, contentType } = await recordings.transcript(tenant, jobId);
    this.send({ status: 200, contentType, body, headers: {} }, request, reply);
  }

  private send(
    answer: {
      readonly status: number;
      readonly contentType: string;
      readonly body: Buffer;
      readonly headers: Readonly<Record<string, string>>;
    },
    { exchange }: HttpRequest,
    reply: HttpReply,
  ): void {
    exchange.bytesSent = answer.body.length;
    reply.hijack();
    if (exchange.clientGone) return;
    const headers = responseHeaders(exchange, this.options.drainState.draining);
    headers.push('content-type', answer.contentType, 'content-length', String(answer.body.length));
    headers.push(...Object.entries(answer.headers).flat());
    reply.raw.writeHead(answer.status, headers);
    reply.raw.end(answer.body);
  }

  /** Whoever sends the same again within the grace finds the work going on. */
  private abandonLater(tenant: string, ticket: RecordingTicket): void {
    const { recordings, graceMs, logger } = this.options;
    const timer = setTimeout(() => {
      recordings.abandon(tenant, ticket).catch((error: unknown) => {
        logger.warn({ jobId: ticket.jobId, error }, 'a recording that nobody waits for could not be cancelled');
      });
    }, graceMs);
    timer.unref();
  }
}

function withoutStream(order: RecordingForm | undefined): Omit<RecordingForm, 'stream'> {
  if (order === undefined) throw new Error('the fields of a form were asked for before its file was read');
  const { stream: _, ...rest } = order;
  return rest;
}

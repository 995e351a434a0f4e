import { UpstreamClock, type FormFields, type SpeechUseCase, type TranscriptionCall } from '#inference';
import type { DrainState } from '../http/exchange/drain-state.js';
import { responseHeaders } from '../http/exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { openSpeechForm, type ClipForm, type LongForm } from '../http/multipart/open-speech-form.js';
import { readFormModel } from '../http/multipart/speech-fields.js';
import type { EventStreamWriter } from '../http/sse/event-stream-writer.js';
import { isLongRecording } from './is-long-recording.js';
import type { LongRecordings } from './long-recordings.js';

export interface SpeechAnswersOptions {
  readonly drainState: DrainState;
  readonly eventStreams: EventStreamWriter;
  readonly longRecordings: LongRecordings;
  /** Largest recording that is held in memory and heard in one call, in bytes. */
  readonly maxClipBytes: number;
  /** Largest recording of all, in bytes. */
  readonly maxRecordingBytes: number;
  /** Seconds that a model hears at a time. @throws GatewayError `model_not_found` */
  maxPieceSeconds(model: string): number;
}

type Task = 'transcribe' | 'translate';

/** Carries recordings from a form to whoever can transcribe them: a use case for clips, a job for what is longer. */
export class SpeechAnswers {
  constructor(private readonly options: SpeechAnswersOptions) {}

  /** @throws GatewayError of the form's reading or of the use case. */
  async answer(task: Task, useCase: SpeechUseCase, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { longRecordings, maxClipBytes, maxRecordingBytes } = this.options;
    const maxBytes = longRecordings.isReady() ? maxRecordingBytes : maxClipBytes;
    const form = await openSpeechForm(request, { maxClipBytes, maxBytes });
    if (form.kind === 'long') return await longRecordings.answer(task, form, request, reply);
    request.exchange.model = readFormModel(form.fields);
    if (this.isLong(form)) return await longRecordings.answer(task, toLongForm(form), request, reply);
    const call = readCall(form, request);
    if (asksForStream(form.fields)) {
      await this.options.eventStreams.write(await useCase.stream(call), request, reply);
      return;
    }
    const { exchange } = request;
    const { body, contentType } = await useCase.create(call);
    exchange.bytesSent = body.length;
    reply.hijack();
    if (exchange.clientGone) return;
    const headers = responseHeaders(exchange, this.options.drainState.draining);
    headers.push('content-type', contentType, 'content-length', String(body.length));
    reply.raw.writeHead(200, headers);
    reply.raw.end(body);
  }

  /** Clips never need more than the model: where jobs do not run, a long one is still tried in one call. */
  private isLong({ audio, fields }: ClipForm): boolean {
    if (!this.options.longRecordings.isReady()) return false;
    return isLongRecording(audio, this.options.maxPieceSeconds(readFormModel(fields)));
  }
}

function readCall({ audio, fields }: ClipForm, { exchange }: HttpRequest): TranscriptionCall {
  const model = readFormModel(fields);
  const clock = new UpstreamClock();
  exchange.upstream = clock;
  const { requestId, signal, caller } = exchange;
  return {
    model,
    audio,
    fields,
    requestId,
    signal,
    clock,
    ...(caller === undefined ? {} : { tenant: caller.tenant }),
  };
}

function toLongForm({ audio, fields }: ClipForm): Omit<LongForm, 'kind'> {
  async function* content(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield audio.bytes;
  }
  return { filename: audio.filename, content: content(), fields };
}

/** Whether `stream` holds a boolean at all is checked by the use case. */
function asksForStream(fields: FormFields): boolean {
  return fields.get('stream')?.[0]?.toLowerCase() === 'true';
}

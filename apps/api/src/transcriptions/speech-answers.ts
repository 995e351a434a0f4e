import { UpstreamClock, type SpeechUseCase, type TranscriptionCall } from '#inference';
import type { DrainState } from '../http/exchange/drain-state.js';
import { responseHeaders } from '../http/exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { readFormModel, readSpeechForm } from '../http/multipart/read-speech-form.js';
import type { EventStreamWriter } from '../http/sse/event-stream-writer.js';

export interface SpeechAnswersOptions {
  readonly drainState: DrainState;
  readonly eventStreams: EventStreamWriter;
  /** Largest recording in bytes. */
  readonly maxAudioBytes: number;
}

/** Carries recordings from a form to a use case, and what it answers back. */
export class SpeechAnswers {
  constructor(private readonly options: SpeechAnswersOptions) {}

  /** @throws GatewayError of the form's reading or of the use case. */
  async answer(useCase: SpeechUseCase, request: HttpRequest, reply: HttpReply): Promise<void> {
    const call = await this.readCall(request);
    if (asksForStream(call)) {
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

  private async readCall(request: HttpRequest): Promise<TranscriptionCall> {
    const { exchange } = request;
    const { audio, fields } = await readSpeechForm(request, this.options.maxAudioBytes);
    const model = readFormModel(fields);
    exchange.model = model;
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
}

/** Whether `stream` holds a boolean at all is checked by the use case. */
function asksForStream({ fields }: TranscriptionCall): boolean {
  return fields.get('stream')?.[0]?.toLowerCase() === 'true';
}

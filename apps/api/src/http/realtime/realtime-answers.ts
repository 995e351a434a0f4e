import type { ServerResponse } from 'node:http';
import { readRequestedModel, UpstreamClock, type InferenceCall, type StreamingUseCase, type UseCase } from '#inference';
import type { JsonBody } from '#platform';
import type { HttpMetrics } from '../../metrics/http-metrics.js';
import { readJsonBody } from '../body/read-json-body.js';
import type { DrainState } from '../exchange/drain-state.js';
import { responseHeaders } from '../exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import type { EventStreamWriter } from '../sse/event-stream-writer.js';

export interface RealtimeAnswersOptions {
  readonly metrics: HttpMetrics;
  readonly drainState: DrainState;
  readonly eventStreams: EventStreamWriter;
}

/** Up to this length node writes text without allocating for it. */
const MAX_TEXT_BYTES = 12_288;

/** Carries realtime calls from HTTP to a use case and the answer's bytes back, untouched. */
export class RealtimeAnswers {
  constructor(private readonly options: RealtimeAnswersOptions) {}

  /** @throws GatewayError of the body's reading or of the use case. */
  async answer(useCase: UseCase, request: HttpRequest, reply: HttpReply): Promise<void> {
    await this.answerWhole(useCase, this.readCall(request), { request, reply });
  }

  /** Streams where the body says `"stream": true`. Whether `stream` is a boolean at all is checked by the use case. */
  async answerOrStream(useCase: StreamingUseCase, request: HttpRequest, reply: HttpReply): Promise<void> {
    const call = this.readCall(request);
    if (!asksForStream(call.body)) {
      await this.answerWhole(useCase, call, { request, reply });
      return;
    }
    const stream = await useCase.stream(call);
    await this.options.eventStreams.write(stream, request, reply);
    this.countTokens(request, call.model);
  }

  private async answerWhole(
    useCase: UseCase,
    call: InferenceCall,
    { request, reply }: { request: HttpRequest; reply: HttpReply },
  ): Promise<void> {
    const { exchange } = request;
    const answer = await useCase.create(call);
    const { usage, contentType = 'application/json', pieces = [answer.body] } = answer;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    exchange.usage = usage;
    exchange.bytesSent = length;
    this.countTokens(request, call.model);
    this.options.metrics.answered(exchange);
    reply.hijack();
    if (exchange.clientGone) return;
    const headers = responseHeaders(exchange, this.options.drainState.draining);
    headers.push('content-type', contentType, 'content-length', String(length));
    reply.raw.writeHead(200, headers);
    endWithPieces(reply.raw, pieces, length);
  }

  private readCall(request: HttpRequest): InferenceCall {
    const { exchange } = request;
    const body = readJsonBody(request);
    const model = readRequestedModel(body);
    exchange.model = model;
    const clock = new UpstreamClock();
    exchange.upstream = clock;
    return {
      model,
      body,
      requestId: exchange.requestId,
      signal: exchange.signal,
      clock,
      tenant: exchange.caller?.tenant,
    };
  }

  private countTokens({ exchange }: HttpRequest, model: string): void {
    if (exchange.usage !== undefined) this.options.metrics.tokensUsed(model, exchange.usage);
  }
}

/** In one write with the head. */
function endWithPieces(response: ServerResponse, pieces: readonly Buffer[], length: number): void {
  if (length <= MAX_TEXT_BYTES) {
    const [first] = pieces;
    // As text a short body is sent without an allocation; as bytes, beside the head, it would need a gathering write.
    const body = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, length);
    response.end(body.toString('latin1'), 'latin1');
    return;
  }
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}

function asksForStream(body: JsonBody): boolean {
  return body.kind('stream') === 'boolean' && body.value('stream') === true;
}

import { GatewayError, type Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import { TranscriptionChunkReader } from '../../adapters/whisper-multipart/transcription-chunk-reader.js';
import { renderTranscript } from '../../audio-formats/render-transcript.js';
import type { SpeechTask } from '../../audio-formats/transcript.types.js';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import { wavDurationSeconds } from '../../audio-formats/wav-duration.js';
import type { Catalog } from '../../catalog/catalog.js';
import { chooseTransport } from '../../catalog/choose-transport.js';
import type { ModelEntry } from '../../catalog/model-entry.types.js';
import type { InferenceStream } from '../../inference.types.js';
import type { Transport } from '../../transport/transport.port.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';
import { ModelCaller } from '../model-caller.js';
import type { UseCaseOptions } from '../use-case-options.js';
import { holdFrames } from './hold-frames.js';
import { readTranscriptionRequest } from './read-transcription-request.js';
import { SpeechUseCase } from './speech.use-case.js';
import { SpeechEngine } from './speech-engine.js';
import { deltaFrame, deltasOf, DONE_FRAME, doneFrame } from './transcript-events.js';
import type { TranscriptionCall, TranscriptionReply } from './transcription.types.js';

export interface SpeechOptions extends UseCaseOptions {
  readonly task: SpeechTask;
  /** Where audio is put for containers that fetch it. */
  readonly exchange: ObjectExchange | undefined;
  readonly logger: Logger;
}

const OPERATIONS = { transcribe: 'transcriptions', translate: 'translations' } as const;

/** Clips that a model takes in one call, written down in their own language or in English. */
export class Transcriptions extends SpeechUseCase {
  private readonly caller: ModelCaller;
  private readonly engine: SpeechEngine;
  private readonly operation: (typeof OPERATIONS)[SpeechTask];

  constructor(
    catalog: Catalog,
    transport: Transport,
    private readonly options: SpeechOptions,
  ) {
    super();
    this.operation = OPERATIONS[options.task];
    this.caller = new ModelCaller(catalog, transport, options);
    const { exchange, logger } = options;
    this.engine = new SpeechEngine({ caller: this.caller, exchange, logger, operation: this.operation });
  }

  /** @throws GatewayError */
  async create(call: TranscriptionCall): Promise<TranscriptionReply> {
    const { entry, request } = this.read(call);
    return this.caller.observed(entry, this.operation, async () =>
      renderTranscript(await this.engine.transcribe(entry, call, request), request),
    );
  }

  /**
   * OpenAI's transcript events, as the engine says them; where it does not stream, once it is done.
   *
   * @throws GatewayError
   */
  async stream(call: TranscriptionCall): Promise<InferenceStream> {
    const { entry, request } = this.read(call);
    const { holdMs, keepAliveMs } = this.options;
    const canStream = chooseTransport(entry, this.operation, 'stream') !== undefined;
    const source = canStream ? this.relay(entry, call, request) : this.recite(entry, call, request);
    const frames = await holdFrames(this.observe(entry, source), { holdMs, keepAliveMs, keepAlive: deltaFrame('') });
    // Speech is counted in seconds, which stand in the last event.
    return { frames, usage: () => undefined };
  }

  private read(call: TranscriptionCall): { readonly entry: ModelEntry; readonly request: TranscriptionRequest } {
    const entry = this.caller.resolve(call, this.operation, 'invoke');
    return { entry, request: readTranscriptionRequest(call, this.options.task) };
  }

  private async *recite(
    entry: ModelEntry,
    call: TranscriptionCall,
    request: TranscriptionRequest,
  ): AsyncGenerator<Buffer> {
    const transcript = await this.engine.transcribe(entry, call, request);
    for (const delta of deltasOf(transcript)) yield deltaFrame(delta);
    yield doneFrame(transcript);
    yield DONE_FRAME;
  }

  private async *relay(
    entry: ModelEntry,
    call: TranscriptionCall,
    request: TranscriptionRequest,
  ): AsyncGenerator<Buffer> {
    const reader = new TranscriptionChunkReader();
    for await (const chunk of await this.engine.openStream(entry, call, request)) {
      for (const delta of reader.push(chunk)) yield deltaFrame(delta);
    }
    for (const delta of reader.end()) yield deltaFrame(delta);
    if (!reader.isComplete) {
      throw new UpstreamFailure('upstream_error', 'The model server broke off its answer.', { retry: 'never' });
    }
    const durationSeconds = wavDurationSeconds(request.audio.bytes);
    yield doneFrame({ text: reader.text, ...(durationSeconds === undefined ? {} : { durationSeconds }) });
    yield DONE_FRAME;
  }

  private async *observe(entry: ModelEntry, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const end = this.caller.startObserving(entry, this.operation);
    let outcome: unknown = new GatewayError('client_closed_request', 'The reader of the answer has left.');
    try {
      yield* source;
      outcome = undefined;
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      end(outcome);
    }
  }
}

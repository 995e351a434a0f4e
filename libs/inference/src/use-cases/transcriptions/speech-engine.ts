import { GatewayError, type BufferPool, type Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import { decodeWhisperReply } from '../../adapters/emd-whisper/decode-whisper-reply.js';
import { encodeWhisperRequest } from '../../adapters/emd-whisper/encode-whisper-request.js';
import { decodeTranscriptionReply } from '../../adapters/whisper-multipart/decode-transcription-reply.js';
import { encodeTranscriptionForm } from '../../adapters/whisper-multipart/encode-transcription-form.js';
import { wavDurationSeconds } from '../../audio-formats/wav-duration.js';
import type { Transcript } from '../../audio-formats/transcript.types.js';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import type { ModelEntry } from '../../catalog/model-entry.types.js';
import type { CallContext, Operation } from '../../inference.types.js';
import { newInputKey } from '../../transport/sagemaker/async/async-input.js';
import type { TransportStream } from '../../transport/transport.port.js';
import type { ModelCaller } from '../model-caller.js';

export interface SpeechEngineOptions {
  readonly caller: ModelCaller;
  /** Where audio is put for containers that fetch it; absent where this process has no S3. */
  readonly exchange: ObjectExchange | undefined;
  readonly operation: Operation;
  readonly logger: Logger;
  /** For forms of those who send many; absent where calls have little to do with each other. */
  readonly memory?: BufferPool;
}

const DEFAULT_INPUT_PREFIX = 'async';

/** From a request to a transcript, by way of whatever dialect the model's container speaks. */
export class SpeechEngine {
  constructor(private readonly options: SpeechEngineOptions) {}

  /** @throws GatewayError */
  async transcribe(entry: ModelEntry, call: CallContext, request: TranscriptionRequest): Promise<Transcript> {
    const transcript =
      entry.adapter === 'emd-whisper'
        ? await this.transcribeStored(entry, call, request)
        : await this.transcribeForm(entry, call, request);
    const durationSeconds =
      transcript.durationSeconds ?? wavDurationSeconds(request.audio.bytes) ?? transcript.segments?.at(-1)?.end;
    return durationSeconds === undefined ? transcript : { ...transcript, durationSeconds };
  }

  /** For containers that take forms. */
  async openStream(entry: ModelEntry, call: CallContext, request: TranscriptionRequest): Promise<TransportStream> {
    const { caller, operation } = this.options;
    const { body, contentType } = await encodeTranscriptionForm(request, { servedName: nameOf(entry), stream: true });
    return caller.openStream(entry, call, body, { operation, contentType });
  }

  private async transcribeForm(
    entry: ModelEntry,
    call: CallContext,
    request: TranscriptionRequest,
  ): Promise<Transcript> {
    const { caller, operation, memory } = this.options;
    const form = { servedName: nameOf(entry), stream: false, memory };
    const { body, contentType } = await encodeTranscriptionForm(request, form);
    const reply = await caller.invoke(entry, call, body, { operation, contentType });
    memory?.giveBack(body);
    return decodeTranscriptionReply(reply);
  }

  private async transcribeStored(
    entry: ModelEntry,
    call: CallContext,
    request: TranscriptionRequest,
  ): Promise<Transcript> {
    const { caller, exchange, operation } = this.options;
    if (exchange === undefined) {
      throw new GatewayError('unsupported_model', `The model '${entry.id}' needs storage, which this process lacks.`, {
        param: 'model',
      });
    }
    const { bytes, filename, contentType } = request.audio;
    const key = newInputKey(entry.options.async?.inputPrefix ?? DEFAULT_INPUT_PREFIX, extensionOf(filename));
    try {
      const location = await exchange.write(key, bytes, { contentType, signal: call.signal });
      const body = encodeWhisperRequest(request, location, entry.options.whisperModel);
      return decodeWhisperReply(await caller.invoke(entry, call, body, { operation }));
    } finally {
      void this.removeAudio(exchange, key);
    }
  }

  /** The answer does not wait for it; what cannot be removed now, a rule of the bucket clears. */
  private async removeAudio(exchange: ObjectExchange, key: string): Promise<void> {
    try {
      await exchange.remove(key);
    } catch (error) {
      this.options.logger.warn({ key, error }, 'the audio of a transcription could not be removed');
    }
  }
}

function nameOf({ options, servedName }: ModelEntry): string {
  return options.whisperModel ?? servedName;
}

/** Some decoders go by the name; nothing but letters and digits of it gets into a key. */
function extensionOf(filename: string): string {
  return /\.[a-z0-9]{1,8}$/i.exec(filename)?.[0].toLowerCase() ?? '';
}

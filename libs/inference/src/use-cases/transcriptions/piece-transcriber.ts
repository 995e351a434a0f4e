import { BufferPool, type Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import type { Transcript } from '../../audio-formats/transcript.types.js';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { CallContext } from '../../inference.types.js';
import type { Transport } from '../../transport/transport.port.js';
import { ModelCaller } from '../model-caller.js';
import type { UseCaseOptions } from '../use-case-options.js';
import { SpeechEngine } from './speech-engine.js';

const OPERATIONS = { transcribe: 'transcriptions', translate: 'translations' } as const;

export interface PieceTranscriberParts {
  readonly catalog: Catalog;
  readonly transport: Transport;
  readonly options: UseCaseOptions;
  /** Where audio is put for containers that fetch it. */
  readonly exchange: ObjectExchange | undefined;
  readonly logger: Logger;
}

/** Sixteen forms of 30 seconds, or half a form of ten minutes. */
const MAX_SPARE_BYTES = 16 * 1_048_576;

/** Hears one piece of a recording, for callers who put pieces together themselves. */
export class PieceTranscriber {
  private readonly caller: ModelCaller;
  private readonly memory = new BufferPool(MAX_SPARE_BYTES);

  constructor(private readonly parts: PieceTranscriberParts) {
    this.caller = new ModelCaller(parts.catalog, parts.transport, parts.options);
  }

  /**
   * @returns times as the engine gave them, from the start of the piece.
   * @throws GatewayError
   */
  async transcribe(call: CallContext, request: TranscriptionRequest): Promise<Transcript> {
    const { exchange, logger } = this.parts;
    const operation = OPERATIONS[request.task];
    const entry = this.caller.resolve(call, operation, 'invoke');
    const engine = new SpeechEngine({ caller: this.caller, exchange, logger, operation, memory: this.memory });
    return await this.caller.observed(entry, operation, () => engine.transcribe(entry, call, request));
  }
}

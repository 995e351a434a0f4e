import type { InferenceStream } from '../../inference.types.js';
import type { TranscriptionCall, TranscriptionReply } from './transcription.types.js';

/** One recording in, what is said in it out. Both methods throw GatewayError (see the closed list) for every failure. */
export abstract class SpeechUseCase {
  /** The whole transcript in the format that the form asks for. */
  abstract create(call: TranscriptionCall): Promise<TranscriptionReply>;
  /** OpenAI's transcript events. */
  abstract stream(call: TranscriptionCall): Promise<InferenceStream>;
}

import type { CallContext } from '../../inference.types.js';
import type { AudioFile } from '../../audio-formats/transcription-request.types.js';

/** A form's plain fields; names may repeat. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

export interface TranscriptionCall extends CallContext {
  readonly audio: AudioFile;
  readonly fields: FormFields;
}

/** A whole transcription in the format that was asked for. */
export interface TranscriptionReply {
  readonly body: Buffer;
  readonly contentType: string;
}

import type { Transcript } from '../../audio-formats/transcript.types.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';
import { refuseStatedError } from '../openai/upstream-answers.js';
import { parseReply } from '../whisper-multipart/decode-transcription-reply.js';
import { readTranscript } from '../whisper-multipart/read-transcript.js';

/**
 * openai-whisper's own dictionary. The container says `bad response`, with a good status, when it could not fetch the
 * audio, which was stored a moment ago: so its role may not read the bucket.
 *
 * @throws UpstreamFailure
 */
export function decodeWhisperReply(bytes: Buffer): Transcript {
  const fields = parseReply(bytes);
  if (fields['status'] === 'bad response') {
    throw new UpstreamFailure(
      'upstream_misconfigured',
      "The model server could not fetch the audio from storage. The operator of this gateway has to let the endpoint's role read the bucket.",
      { retry: 'never' },
    );
  }
  refuseStatedError(fields);
  return readTranscript(fields);
}

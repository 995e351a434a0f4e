import type { Transcript } from '../../audio-formats/transcript.types.js';
import { garbage, refuseStatedError } from '../openai/upstream-answers.js';
import { readTranscript } from './read-transcript.js';

const WHAT = 'a transcription';

/** @throws UpstreamFailure `upstream_garbage`, or what the container states about itself. */
export function decodeTranscriptionReply(bytes: Buffer): Transcript {
  const fields = parseReply(bytes);
  refuseStatedError(fields);
  return readTranscript(fields);
}

export function parseReply(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw garbage(WHAT, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbage(WHAT);
  return value as Readonly<Record<string, unknown>>;
}

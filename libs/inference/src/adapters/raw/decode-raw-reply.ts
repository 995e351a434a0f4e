import { isUtf8 } from 'node:buffer';
import type { InferenceReply } from '../../inference.types.js';
import { refuseStatedError } from '../openai/upstream-answers.js';

/** Beyond this an answer is no error's text, and not worth the time that reading it takes. */
const MAX_STATED_ERROR_BYTES = 64 * 1024;
const OPENERS = new Set(['{', '[']);

/**
 * A container's bytes as they are, with the content type that they show themselves: JSON, text, or bytes of another kind.
 *
 * @throws UpstreamFailure what the container states about itself in spite of its good status.
 */
export function decodeRawReply(bytes: Buffer): InferenceReply {
  return { body: bytes, usage: undefined, contentType: contentTypeOf(bytes) };
}

function contentTypeOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) return 'application/octet-stream';
  const start = bytes.toString('utf8', 0, 64).trimStart();
  if (!OPENERS.has(start.charAt(0))) return 'text/plain; charset=utf-8';
  if (bytes.length > MAX_STATED_ERROR_BYTES) return 'application/json';
  const value = parse(bytes);
  if (value === undefined) return 'text/plain; charset=utf-8';
  refuseStatedError(value);
  return 'application/json';
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

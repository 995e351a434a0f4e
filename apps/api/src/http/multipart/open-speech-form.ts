import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { AudioFile, FormFields } from '#inference';
import { GatewayError, joinInSlices } from '#platform';
import type { HttpRequest } from '../http.types.js';
import { freePiece } from './free-piece.js';
import { SpeechFields } from './speech-fields.js';
import { toFormError } from './to-form-error.js';

export interface SpeechFormRules {
  /** Largest recording that is held in memory, in bytes. */
  readonly maxClipBytes: number;
  /** Largest recording, in bytes. */
  readonly maxBytes: number;
}

/** A form whose recording fits into memory, read to its end. */
export interface ClipForm {
  readonly kind: 'clip';
  readonly audio: AudioFile;
  readonly fields: FormFields;
}

/** A form whose recording does not. */
export interface LongForm {
  readonly kind: 'long';
  readonly filename: string;
  /** The recording as it comes; ends once the whole form has been read. A piece is empty once the next is asked for. */
  readonly content: AsyncGenerator<Buffer>;
  /** Complete once `content` has ended. */
  readonly fields: FormFields;
}

/** Besides the file: boundaries, part headers and fields. */
const FORM_OVERHEAD_BYTES = 1_048_576;

/**
 * Reads a form: fields stand before the file or behind it, as each SDK likes, and the length of a chunked one is not
 * known before its end.
 *
 * @throws GatewayError when the form is broken, too large, or has no file.
 */
export async function openSpeechForm(request: HttpRequest, rules: SpeechFormRules): Promise<ClipForm | LongForm> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > rules.maxBytes + FORM_OVERHEAD_BYTES) throw audioTooLarge(rules.maxBytes);
  const fields = new SpeechFields();
  const parts: AsyncIterator<Multipart> = request.parts({
    limits: { ...SpeechFields.limits, fileSize: rules.maxBytes },
  });
  try {
    const part = await fields.readToFile(parts);
    const head = await readHead(part, rules);
    if (head.rest !== undefined) return toLongForm(part, { ...head, rest: head.rest }, fields, parts);
    await fields.readToEnd(parts);
    const { filename, mimetype: contentType } = part;
    return {
      kind: 'clip',
      audio: { bytes: await joinInSlices(head.pieces), filename, contentType },
      fields: fields.values,
    };
  } catch (error) {
    throw toFormError(error);
  }
}

interface Head {
  readonly pieces: readonly Buffer[];
  /** What has not been read yet; absent where the file has ended. */
  readonly rest?: AsyncIterator<Buffer>;
}

async function readHead(part: MultipartFile, { maxClipBytes, maxBytes }: SpeechFormRules): Promise<Head> {
  const pieces: Buffer[] = [];
  const rest = (part.file as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let bytes = 0;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    pieces.push(next.value);
    bytes += next.value.length;
    if (bytes > maxClipBytes && maxBytes > maxClipBytes) return { pieces, rest };
  }
  if (part.file.truncated) throw audioTooLarge(maxBytes);
  return { pieces };
}

function toLongForm(
  part: MultipartFile,
  head: Required<Head>,
  fields: SpeechFields,
  parts: AsyncIterator<Multipart>,
): LongForm {
  async function* content(): AsyncGenerator<Buffer> {
    try {
      yield* head.pieces;
      for (let next = await head.rest.next(); next.done !== true; next = await head.rest.next()) {
        yield next.value;
        freePiece(next.value);
      }
      if (part.file.truncated) throw audioTooLarge(part.file.bytesRead);
      await fields.readToEnd(parts);
    } catch (error) {
      throw toFormError(error);
    } finally {
      if (!part.file.readableEnded) part.file.destroy();
    }
  }
  return { kind: 'long', filename: part.filename, content: content(), fields: fields.values };
}

function audioTooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', `The audio is larger than ${maxBytes} bytes. Send a shorter clip.`, {
    param: 'file',
  });
}

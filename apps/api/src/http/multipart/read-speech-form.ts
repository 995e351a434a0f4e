import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { AudioFile, FormFields } from '#inference';
import { GatewayError } from '#platform';
import type { HttpRequest } from '../http.types.js';
import { toFormError } from './to-form-error.js';

export interface SpeechForm {
  readonly audio: AudioFile;
  readonly fields: FormFields;
}

/** Besides the file: boundaries, part headers and fields. */
const FORM_OVERHEAD_BYTES = 1_048_576;
const MAX_FIELDS = 64;
const MAX_FIELD_BYTES = 65_536;

/**
 * Reads a whole form: fields stand before the file or behind it, as each SDK likes, and the length of a chunked one is
 * not known before its end.
 *
 * @throws GatewayError when the form is broken, too large, or has no file.
 */
export async function readSpeechForm(request: HttpRequest, maxBytes: number): Promise<SpeechForm> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > maxBytes + FORM_OVERHEAD_BYTES) throw audioTooLarge(maxBytes);
  const fields = new Map<string, string[]>();
  let audio: AudioFile | undefined;
  try {
    const limits = { fileSize: maxBytes, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, parts: MAX_FIELDS + 2 };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') keepField(part, fields);
      else if (part.fieldname !== 'file') part.file.resume();
      else if (audio === undefined) audio = await readAudio(part, maxBytes);
      else throw new GatewayError('invalid_value', 'Send one file, not several.', { param: 'file' });
    }
  } catch (error) {
    throw toFormError(error);
  }
  if (audio !== undefined) return { audio, fields };
  const message = "Missing required parameter: 'file'. Send the audio as a file of the form.";
  throw new GatewayError('missing_required_parameter', message, { param: 'file' });
}

/** @throws GatewayError when the form names no model. */
export function readFormModel(fields: FormFields): string {
  const [model, ...more] = fields.get('model') ?? [];
  if (model === undefined || model === '') {
    throw new GatewayError('missing_required_parameter', "Missing required parameter: 'model'.", { param: 'model' });
  }
  if (more.length === 0) return model;
  throw new GatewayError('invalid_value', "Invalid 'model': it was sent several times. Send it once.", {
    param: 'model',
  });
}

function keepField(part: Extract<Multipart, { type: 'field' }>, fields: Map<string, string[]>): void {
  const { fieldname, value, valueTruncated } = part;
  if (fieldname === 'file') {
    throw new GatewayError('invalid_type', "Invalid type for 'file': expected a file, but got a plain form field.", {
      param: 'file',
    });
  }
  if (valueTruncated) {
    const message = `Invalid '${fieldname}': string too long. Expected at most ${MAX_FIELD_BYTES} bytes.`;
    throw new GatewayError('string_above_max_length', message, { param: fieldname });
  }
  const values = fields.get(fieldname) ?? [];
  values.push(String(value));
  fields.set(fieldname, values);
}

/** What the bytes are is for the engine to find out: clients name anything. */
async function readAudio(part: MultipartFile, maxBytes: number): Promise<AudioFile> {
  const chunks: Buffer[] = [];
  for await (const chunk of part.file) chunks.push(chunk as Buffer);
  if (part.file.truncated) throw audioTooLarge(maxBytes);
  return { bytes: Buffer.concat(chunks), filename: part.filename, contentType: part.mimetype };
}

function audioTooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', `The audio is larger than ${maxBytes} bytes. Send a shorter clip.`, {
    param: 'file',
  });
}

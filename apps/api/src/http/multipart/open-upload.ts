import type { Multipart, MultipartFile } from '@fastify/multipart';
import { GatewayError } from '#platform';
import type { HttpRequest } from '../http.types.js';
import { FormReader } from './form-reader.js';
import { freePiece } from './free-piece.js';
import { toFormError } from './to-form-error.js';
import type { Upload, UploadRules } from './upload.js';

/** Besides the file: boundaries, part headers and fields. */
const FORM_OVERHEAD_BYTES = 1_048_576;
const MAX_FIELDS = 32;
const MAX_FIELD_BYTES = 65_536;

/**
 * Reads a form up to its file. Fields come in any order, before the file or behind it, and the length of a chunked
 * form is not known before its end: so the file is handed on at once, as a stream.
 *
 * @throws GatewayError when the form is broken, too large, or has no file.
 */
export async function openUpload<Fields>(request: HttpRequest, rules: UploadRules<Fields>): Promise<Upload<Fields>> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > rules.maxBytes + FORM_OVERHEAD_BYTES) throw fileTooLarge(rules);
  const parts: AsyncIterator<Multipart> = request.parts({
    limits: {
      fileSize: rules.maxBytes,
      files: 1,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      parts: MAX_FIELDS + 1,
    },
  });
  const form = new FormReader(parts, rules.field);
  const file = await form.readToFile();
  if (file === undefined) {
    throw new GatewayError(
      'missing_required_parameter',
      `Missing required parameter: '${rules.field}'. Send it as a file of the form.`,
      { param: rules.field },
    );
  }
  return toUpload(file, form, rules);
}

function toUpload<Fields>(part: MultipartFile, form: FormReader, rules: UploadRules<Fields>): Upload<Fields> {
  const { file } = part;
  let read: { readonly fields: Fields } | undefined;
  let failure: unknown;
  async function* content(): AsyncGenerator<Buffer> {
    try {
      yield* readFile(file, rules);
      await form.readToEnd();
      read = { fields: rules.readFields(form.fields) };
    } catch (error) {
      failure = toFormError(error);
      throw failure;
    }
  }
  return {
    filename: part.filename,
    content: content(),
    get failure() {
      return failure;
    },
    fields: () => {
      if (read === undefined) throw new Error('the fields of a form were asked for before its file was read');
      return read.fields;
    },
    discard: () => {
      if (!file.readableEnded) file.destroy();
    },
  };
}

async function* readFile(file: MultipartFile['file'], rules: UploadLimit): AsyncGenerator<Buffer> {
  for await (const chunk of file as AsyncIterable<Buffer>) {
    yield chunk;
    freePiece(chunk);
  }
  if (file.truncated) throw fileTooLarge(rules);
}

type UploadLimit = Pick<UploadRules<unknown>, 'field' | 'maxBytes'>;

function fileTooLarge({ field, maxBytes }: UploadLimit): GatewayError {
  const what = field === 'file' ? 'file' : 'part';
  return new GatewayError(
    'body_too_large',
    `The ${what} is larger than ${maxBytes} bytes. Split it and upload the parts.`,
    { param: field },
  );
}

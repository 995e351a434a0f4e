import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FormFields } from '#inference';
import { GatewayError } from '#platform';

const MAX_FIELDS = 64;
const MAX_FIELD_BYTES = 65_536;

/** The plain fields of a form with a recording; a name may come several times. */
export class SpeechFields {
  static readonly limits = { fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, parts: MAX_FIELDS + 2 };

  private readonly gathered = new Map<string, string[]>();

  get values(): FormFields {
    return this.gathered;
  }

  /** @throws GatewayError when the form ends without a file. */
  async readToFile(parts: AsyncIterator<Multipart>): Promise<MultipartFile> {
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
      const part = next.value;
      if (part.type === 'field') this.keep(part);
      else if (part.fieldname === 'file') return part;
      else part.file.resume();
    }
    const message = "Missing required parameter: 'file'. Send the audio as a file of the form.";
    throw new GatewayError('missing_required_parameter', message, { param: 'file' });
  }

  /** @throws GatewayError when there is another file. */
  async readToEnd(parts: AsyncIterator<Multipart>): Promise<void> {
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
      const part = next.value;
      if (part.type === 'field') this.keep(part);
      else if (part.fieldname !== 'file') part.file.resume();
      else throw new GatewayError('invalid_value', 'Send one file, not several.', { param: 'file' });
    }
  }

  private keep(part: Extract<Multipart, { type: 'field' }>): void {
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
    const values = this.gathered.get(fieldname) ?? [];
    values.push(String(value));
    this.gathered.set(fieldname, values);
  }
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

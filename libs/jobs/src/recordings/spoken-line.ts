import { objectKeys, type JobRecord, type TranscriptionOrder } from '#contracts';
import { readTranscriptionRequest } from '#inference';
import { GatewayError } from '#platform';
import { isFileId } from '../files/stored-files.js';

/** A line of a batch that transcribes: a file of the same tenant and how it is to be heard. */
export interface SpokenLine {
  readonly fileId: string;
  readonly order: Omit<TranscriptionOrder, 'model'>;
}

/** A file as the body of a call: where it lies, and how it is to be heard. */
export interface FileOrder extends Omit<TranscriptionOrder, 'model'> {
  readonly file: { readonly key: string };
  /** Prefix of what is kept of it while it is heard. */
  readonly keptUnder: string;
}

/** The fields are what counts here; the file is read later. */
const ANY_AUDIO = { bytes: Buffer.from([0]), filename: '', contentType: '' };

/**
 * @param body JSON text of an object.
 * @throws GatewayError naming the field.
 */
export function readSpokenLine(body: Buffer): SpokenLine {
  const fields = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
  const fileId = fields['file_id'];
  if (typeof fileId !== 'string' || !isFileId(fileId)) {
    const message = "'file_id' must be the id of a file that was uploaded with purpose 'user_data'.";
    throw new GatewayError(fileId === undefined ? 'missing_required_parameter' : 'invalid_value', message, {
      param: 'file_id',
    });
  }
  const request = readTranscriptionRequest({ audio: ANY_AUDIO, fields: toFormFields(fields) }, 'transcribe');
  const { format, granularities, language = null, prompt = null, temperature = null } = request;
  return { fileId, order: { format, granularities, language, prompt, temperature } };
}

/** The call of a line that was checked when its batch was planned. */
export function toFileOrder({ tenant, id }: Pick<JobRecord, 'tenant' | 'id'>, request: number, body: Buffer): Buffer {
  const { fileId, order } = readSpokenLine(body);
  const file = { key: objectKeys.fileContent(tenant, fileId) };
  const call: FileOrder = { ...order, file, keptUnder: objectKeys.lineRecording(tenant, id, request) };
  return Buffer.from(JSON.stringify(call));
}

/** A JSON body as the form that it stands for. */
function toFormFields(fields: Readonly<Record<string, unknown>>): Map<string, string[]> {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return new Map(given.map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(toText(name))]));
}

function toText(name: string) {
  return (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const message = `Invalid type for '${name}': expected a text or a number.`;
    throw new GatewayError('invalid_type', message, { param: name });
  };
}

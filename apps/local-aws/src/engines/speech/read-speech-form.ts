import { EngineRejection } from '../engine-rejection.js';
import type { Fields } from '../read-fields.js';

/**
 * A multipart form as fields: the file's bytes as a Buffer under `file`, `stream` as a boolean, repeated fields as arrays.
 * @throws EngineRejection
 */
export async function readSpeechForm(body: Buffer, contentType: string | undefined): Promise<Fields> {
  const form = await parse(body, contentType);
  const fields: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    const [value] = values;
    if (value instanceof Blob) fields[name] = Buffer.from(await value.arrayBuffer());
    else fields[name] = name.endsWith('[]') ? values : value;
  }
  return { ...fields, stream: fields['stream'] === 'true' };
}

async function parse(body: Buffer, contentType = ''): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw new EngineRejection(`The form cannot be parsed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

import type { InputFormat } from '#contracts';
import { GatewayError } from '#platform';
import type { StoredFiles } from '../files/stored-files.js';

const FORMATS: Readonly<Record<string, InputFormat>> = { jsonl: 'jsonl', ndjson: 'jsonl', txt: 'text', text: 'text' };
/** Enough of a file to see what its first line begins with, behind blank lines. */
const LOOK_BYTES = 4096;

/** The form of a file's lines: by its name's ending where that says it, else by the first thing in it. */
export async function chooseInputFormat(files: StoredFiles, tenant: string, fileId: string): Promise<InputFormat> {
  try {
    const { filename, bytes } = await files.retrieve(tenant, fileId);
    const ending = /\.([a-z]+)$/.exec(filename.toLowerCase())?.[1] ?? '';
    const format = Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
    if (format !== undefined || bytes === 0) return format ?? 'text';
    const { body } = await files.content(tenant, fileId, `bytes=0-${LOOK_BYTES - 1}`);
    const start = Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString('utf8');
    return /^\uFEFF?\s*\{/.test(start) ? 'jsonl' : 'text';
  } catch (error) {
    // That there is no such file is said where every job's input is checked.
    if (GatewayError.is(error, 'not_found')) return 'text';
    throw error;
  }
}

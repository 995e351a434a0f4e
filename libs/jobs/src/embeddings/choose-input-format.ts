import type { EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import type { StoredFiles } from '../files/stored-files.js';

/** The form that an input seems to have. */
export type FoundFormat = Pick<EmbeddingsOrder, 'inputFormat' | 'delimiter'>;

/** By the endings of names. */
const FORMATS: Readonly<Record<string, FoundFormat>> = {
  jsonl: { inputFormat: 'jsonl' },
  ndjson: { inputFormat: 'jsonl' },
  txt: { inputFormat: 'text' },
  text: { inputFormat: 'text' },
  csv: { inputFormat: 'csv' },
  tsv: { inputFormat: 'csv', delimiter: '\t' },
  parquet: { inputFormat: 'parquet' },
  pq: { inputFormat: 'parquet' },
};
const TEXT: FoundFormat = { inputFormat: 'text' };
/** Enough of a file to see what its first line begins with, behind blank lines. */
const LOOK_BYTES = 4096;

/** What a file's name, or the key of an object, says of its form. */
export function formatOfName(name: string): FoundFormat | undefined {
  const ending = /\.([a-z]+)$/.exec(name.toLowerCase())?.[1] ?? '';
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
}

/** The form of a file: by its name's ending where that says it, else by the first thing in it. */
export async function chooseInputFormat(files: StoredFiles, tenant: string, fileId: string): Promise<FoundFormat> {
  try {
    const { filename, bytes } = await files.retrieve(tenant, fileId);
    const format = formatOfName(filename);
    if (format !== undefined || bytes === 0) return format ?? TEXT;
    const { body } = await files.content(tenant, fileId, `bytes=0-${LOOK_BYTES - 1}`);
    const start = Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString('utf8');
    if (start.startsWith('PAR1')) return { inputFormat: 'parquet' };
    return /^\uFEFF?\s*\{/.test(start) ? { inputFormat: 'jsonl' } : TEXT;
  } catch (error) {
    // That there is no such file is said where every job's input is checked.
    if (GatewayError.is(error, 'not_found')) return TEXT;
    throw error;
  }
}

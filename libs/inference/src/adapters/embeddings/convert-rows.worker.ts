// Self-contained: a worker thread loads this file by itself, from source and from the build alike.
import { parentPort, workerData } from 'node:worker_threads';

export const ROW_WORKER = 'sluice-convert-rows';

export interface ConversionRequest {
  readonly id: number;
  /** JSON text of an array of rows. */
  readonly text: Uint8Array;
  readonly wanted: 'float' | 'base64';
}

export interface ConversionResult {
  readonly id: number;
  /** JSON text of each row, one a line; absent when the rows were no embeddings. */
  readonly lines?: Uint8Array;
}

const BYTES_PER_FLOAT = 4;
/** With as many digits every float32 is read back as itself. */
const FLOAT32_DIGITS = 9;

/** Rows in the wanted encoding, one a line; `undefined` when what is there are no embeddings. */
export function convertRows(text: string, wanted: 'float' | 'base64'): string | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows)) return undefined;
  const lines: string[] = [];
  for (const row of rows as unknown[]) {
    const line = wanted === 'base64' ? toBase64(row) : toFloats(row);
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return lines.join('\n');
}

/** Little-endian float32, as OpenAI packs them. */
function toBase64(row: unknown): string | undefined {
  if (typeof row === 'string') return JSON.stringify(row);
  if (!Array.isArray(row)) return undefined;
  const bytes = Buffer.allocUnsafe(row.length * BYTES_PER_FLOAT);
  for (const [index, value] of (row as unknown[]).entries()) {
    if (typeof value !== 'number') return undefined;
    bytes.writeFloatLE(value, index * BYTES_PER_FLOAT);
  }
  return `"${bytes.toString('base64')}"`;
}

function toFloats(row: unknown): string | undefined {
  if (Array.isArray(row)) return JSON.stringify(row);
  if (typeof row !== 'string') return undefined;
  const bytes = Buffer.from(row, 'base64');
  if (bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) return undefined;
  const floats: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_FLOAT) {
    const value = bytes.readFloatLE(at);
    if (!Number.isFinite(value)) return undefined;
    floats.push(Number.isInteger(value) ? String(value) : value.toPrecision(FLOAT32_DIGITS));
  }
  return `[${floats.join(',')}]`;
}

if (workerData === ROW_WORKER) {
  parentPort?.on('message', ({ id, text, wanted }: ConversionRequest) => {
    const lines = convertRows(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8'), wanted);
    if (lines === undefined) {
      parentPort?.postMessage({ id } satisfies ConversionResult);
      return;
    }
    const bytes = new TextEncoder().encode(lines);
    parentPort?.postMessage({ id, lines: bytes } satisfies ConversionResult, [bytes.buffer]);
  });
}

import { GatewayError, scanJsonObject } from '#platform';
import { readVector } from './read-vector.js';

/** A row of a job's output, as a file of vectors holds it. */
export interface VectorRow {
  readonly index: number;
  readonly line: number | undefined;
  /** A number as its digits. */
  readonly id: string | undefined;
  readonly tokens: number | undefined;
  /** 32 bits a number, little-endian. */
  readonly vector: Buffer;
}

/** Reads a row that `embeddingRow` made. */
export function readVectorRow(json: Buffer): VectorRow {
  const row = scanJsonObject(json);
  const vector = readVector(row.raw('embedding') ?? Buffer.from('[]'));
  if (vector === undefined) throw new GatewayError('internal_error', 'A row of vectors holds none.');
  const id = row.raw('id')?.toString('utf8');
  return {
    index: Number(row.value('index')),
    line: row.has('line') ? Number(row.value('line')) : undefined,
    id: row.kind('id') === 'string' ? String(row.value('id')) : id,
    tokens: row.has('tokens') ? Number(row.value('tokens')) : undefined,
    vector,
  };
}

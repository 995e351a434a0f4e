import type { ChunkCommit, CommittedData, EmbeddingsOrder, JobRecord, VectorType } from '#contracts';
import type { ComposePart, ObjectStore } from '#storage';
import type { StoredFiles } from '../../files/stored-files.js';
import { writeOutputFile } from '../../finish/output-file.js';
import { LineSplitter } from '../../plan/split-lines.js';
import { Turns } from '../../plan/turns.js';
import { readVectorRow } from './vector-row.js';
import { VectorsWriter } from './vectors-writer.js';

/** A row holds one vector, its id and little else. */
const MAX_ROW_BYTES = 67_108_864;

/** The form of a job's vectors where its output is a file of them. */
export function vectorTypeOf(order: EmbeddingsOrder | undefined): VectorType | undefined {
  return order?.outputFormat === 'parquet' ? (order.vectorType ?? 'float32') : undefined;
}

/**
 * Makes one Parquet file of the committed rows of all chunks, in input order. Holds a row group at a time. The rows never
 * change, so a second finaliser makes the same bytes.
 *
 * @returns the file's id, `null` when there are no rows.
 */
export async function assembleVectors(
  options: { readonly store: ObjectStore; readonly files: StoredFiles },
  record: JobRecord,
  commits: readonly ChunkCommit[],
  type: VectorType,
): Promise<string | null> {
  const data = commits.map(({ output }) => output).filter((part) => part !== null);
  if (data.length === 0) return null;
  const facts = { job: record.id, model: record.embeddings?.model ?? '' };
  const parts = toParts(options.store, data, new VectorsWriter(type, facts));
  return await writeOutputFile(options, record, { kind: 'output', ending: 'parquet', parts });
}

async function* toParts(
  store: ObjectStore,
  data: readonly CommittedData[],
  writer: VectorsWriter,
): AsyncGenerator<ComposePart> {
  const turns = new Turns();
  for (const { key } of data) {
    const splitter = new LineSplitter(MAX_ROW_BYTES);
    const { body } = await store.getStream(key);
    for await (const piece of body as AsyncIterable<Buffer>) {
      for (const { bytes } of splitter.push(piece)) {
        if (writer.add(readVectorRow(bytes))) for (const group of writer.group()) yield { bytes: group };
        if (turns.step()) await turns.pass();
      }
    }
  }
  for (const rest of writer.end()) yield { bytes: rest };
}

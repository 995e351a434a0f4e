import { objectKeys, type ChunkCommit, type JobPlan, type TranscriptionOrder } from '#contracts';
import { GatewayError } from '#platform';
import { RecordStore, type ObjectStore } from '#storage';
import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import { readPieceRow } from './piece-row.js';

/** One piece as the body of a call: where its samples lie, and how it is to be heard. */
export interface PieceOrder extends Omit<TranscriptionOrder, 'format'> {
  readonly recording: { readonly key: string; readonly etag: string };
  /** First sample, and the one behind the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * The pieces of a chunk, ready to be heard.
 *
 * @throws GatewayError `conflict` while the language is not known, which the first piece tells.
 */
export async function pieceLines(
  store: ObjectStore,
  context: ChunkContext,
  order: TranscriptionOrder,
): Promise<ChunkLine[]> {
  const { plan, planned, chunk } = context;
  const { format: _, ...rest } = order;
  const language = order.language ?? (chunk === 0 ? null : await languageOf(context, store));
  const { key, etag } = plan.input;
  return (plan.recording?.pieces ?? [])
    .slice(planned.request, planned.request + planned.requests)
    .map(([start, end], index) => {
      const piece: PieceOrder = { ...rest, language, recording: { key, etag }, start, end };
      return { request: planned.request + index, customId: '', body: Buffer.from(JSON.stringify(piece)) };
    });
}

/** Of plans whose first piece is heard: each chunk of a recording asks. */
const languages = new WeakMap<JobPlan, string | null>();

/** What the first piece was heard as; `null` where nobody could tell. A commit never changes, so neither does this. */
async function languageOf(context: ChunkContext, store: ObjectStore): Promise<string | null> {
  const known = languages.get(context.plan);
  if (known !== undefined) return known;
  const language = await readLanguage(context, store);
  languages.set(context.plan, language);
  return language;
}

async function readLanguage({ record }: ChunkContext, store: ObjectStore): Promise<string | null> {
  const records = new RecordStore(store);
  const commit = await records.read<ChunkCommit>(objectKeys.commit(record.tenant, record.id, 0));
  if (commit === undefined) {
    throw new GatewayError('conflict', 'The language is not known yet: the first piece is still being heard.');
  }
  const { output } = commit.value;
  if (output === null) return null;
  const { body } = await store.get(output.key);
  return readPieceRow(body).transcript.language ?? null;
}

import { objectKeys, type BatchInputError, type EmbeddingsOrder, type JobPlan, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import type { JobInput } from '../../plan/open-input.js';
import type { PlannedInput } from '../../plan/plan-batch-input.js';
import { isTable } from '../read-embedding-line.js';
import { csvTexts } from './csv-texts.js';
import { deriveLines, type DeriveRules } from './derive-lines.js';
import { parquetTexts } from './parquet-texts.js';
import type { TableText } from './table-text.js';

export interface DeriveOptions extends Omit<DeriveRules, 'maxBytes'> {
  readonly store: ObjectStore;
  /** Aborts once nobody needs the lines. */
  readonly signal?: AbortSignal;
}

export type DerivedInput =
  { readonly ok: true; readonly input: JobPlan['input'] } | Extract<PlannedInput, { readonly ok: false }>;

/** Whether the lines of a job stand in an object of their own. */
export function isDerived({ embeddings: order, inputLocation }: JobRecord): boolean {
  return order !== undefined && (isTable(order) || inputLocation !== undefined);
}

/**
 * Writes the lines of a job apart: those of a table, or an object of the caller's bucket as it is now. Doing it twice is
 * doing it once: what stands first stays.
 *
 * @param open Called where nothing stands yet; `undefined` where there is no input.
 * @throws GatewayError `storage_unavailable`, the reason of the signal.
 */
export async function deriveInput(
  { tenant, id }: Pick<JobRecord, 'tenant' | 'id'>,
  order: EmbeddingsOrder,
  open: () => Promise<JobInput | undefined>,
  options: DeriveOptions,
): Promise<DerivedInput | undefined> {
  const { store, signal } = options;
  const key = objectKeys.derivedInput(tenant, id);
  const known = await find(store, key);
  if (known !== undefined) return known;
  const input = await open();
  if (input === undefined) return undefined;
  const faults: BatchInputError[] = input.size > MOST_BYTES ? [tooLarge(input.size)] : [];
  try {
    const content = withoutFaults(linesOf(input, order, { ...options, maxBytes: MOST_BYTES }, faults), faults, signal);
    await store.putStream(key, content, { condition: { absent: true }, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (faults.length > 0) return { ok: false, errors: faults };
    if (GatewayError.is(error, 'invalid_value')) return { ok: false, errors: [toFault(error)] };
    // Somebody beside this one has written the same.
    if (!GatewayError.is(error, 'precondition_failed')) throw error;
  } finally {
    input.body.destroy();
  }
  return await find(store, key);
}

/** What an upload has at most by default. */
const MOST_BYTES = 8 * 1024 ** 3;

function tooLarge(bytes: number): BatchInputError {
  const message = `The input has ${bytes} bytes, more than ${MOST_BYTES}. Split it into several jobs.`;
  return { code: 'invalid_input_file', message, param: null, line: null };
}

async function find(store: ObjectStore, key: string): Promise<DerivedInput | undefined> {
  try {
    const { etag, size: bytes } = await store.head(key);
    return { ok: true, input: { key, etag, bytes } };
  } catch (error) {
    if (GatewayError.is(error, 'not_found')) return undefined;
    throw error;
  }
}

function linesOf(
  input: JobInput,
  order: EmbeddingsOrder,
  rules: DeriveRules,
  faults: BatchInputError[],
): AsyncIterable<Uint8Array> {
  return isTable(order) ? deriveLines(textsOf(input, order, rules), rules, faults) : input.body;
}

function textsOf(input: JobInput, order: EmbeddingsOrder, { maxLineBytes }: DeriveRules): AsyncIterable<TableText> {
  if (order.inputFormat === 'csv') return csvTexts(input.body, order, maxLineBytes);
  input.body.destroy();
  return parquetTexts(input, order);
}

/** Faults end the upload, so that nothing is stored. */
async function* withoutFaults(
  lines: AsyncIterable<Uint8Array>,
  faults: readonly BatchInputError[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (faults.length === 0) {
    for await (const piece of lines) {
      signal?.throwIfAborted();
      yield piece;
    }
  }
  if (faults.length > 0) throw new GatewayError('invalid_value', 'The input has faults.');
}

function toFault({ message, param, details }: GatewayError): BatchInputError {
  const line = details?.['line'];
  return { code: 'invalid_input_file', message, param, line: typeof line === 'number' ? line : null };
}

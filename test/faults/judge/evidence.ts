import type { JobRecord } from '#contracts';
import type { WitnessRecord } from '../../setup/processes.js';

/** A line as it was handed in. */
export interface SubmittedLine {
  readonly customId: string;
  readonly text: string;
  /** SHA-256 of the text, by which the witness log names what a call asked. */
  readonly digest: string;
}

/** A row of an output or error file. */
export interface StoredRow {
  readonly id: string;
  readonly custom_id: string | null;
  readonly response: { readonly status_code: number; readonly body: RowBody } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface RowBody {
  readonly data?: readonly { readonly embedding: string }[];
  readonly usage?: { readonly prompt_tokens: number; readonly total_tokens: number };
  readonly error?: { readonly code: string | null; readonly message: string };
}

/** A file of a job as it lies in the bucket. */
export interface StoredFile {
  readonly id: string;
  /** What its record says of the content's length. */
  readonly recordedBytes: number;
  readonly content: Buffer;
}

/** What a poll showed, in the order of polls. */
export interface Sighting {
  readonly status: string;
  readonly completed: number;
  readonly failed: number;
  readonly total: number;
}

/** Everything that judges of a job may look at: stored objects, the witness log, and what polls were told. */
export interface Evidence {
  readonly lines: readonly SubmittedLine[];
  readonly record: JobRecord;
  /** `null` where the record names none, `undefined` where it names one that is not there. */
  readonly output: StoredFile | null | undefined;
  readonly errors: StoredFile | null | undefined;
  /** Ids of all files whose names say that this job made them. */
  readonly filesOfJob: readonly string[];
  /** Model calls that asked one of the lines, oldest first. */
  readonly calls: readonly WitnessRecord[];
  readonly sightings: readonly Sighting[];
}

/** A job that ended before its plan stood has counted nothing and has no rows. */
export function wasPlanned({ inProgressAtMs, counts }: JobRecord): boolean {
  return inProgressAtMs !== null || (counts?.total ?? 0) > 0;
}

/** A judge's complaints, each a sentence; none when all is well. */
export type Verdict = readonly string[];

export function rowsOf(file: StoredFile | null | undefined): StoredRow[] {
  if (!file) return [];
  const lines = file.content.toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StoredRow);
}

/** The first few of many, so that a complaint can be read. */
export function few(items: readonly unknown[]): string {
  const shown = items.slice(0, 5).map((item) => JSON.stringify(item));
  return `${shown.join(', ')}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`;
}

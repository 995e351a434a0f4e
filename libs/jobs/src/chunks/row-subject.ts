import type { JobKind, JobRecord, TokenSums } from '#contracts';

/** Which line a row answers. */
export interface RowSubject {
  readonly jobId: string;
  /** Decides the row's form. */
  readonly kind: JobKind;
  /** Index of the request within the job, from 0. */
  readonly request: number;
  /** `null` only where the input is gone and nobody can tell any more. */
  readonly customId: string | null;
  /** Number of the line in the input, from 1; only where rows tell it. */
  readonly line?: number;
  /** Whether a table is made of the rows, so that each must hold numbers. */
  readonly isForTable?: true;
}

export function subjectOf(
  { id, kind, embeddings }: Pick<JobRecord, 'id' | 'kind' | 'embeddings'>,
  { request, customId, line }: Pick<RowSubject, 'request' | 'customId' | 'line'>,
): RowSubject {
  return {
    jobId: id,
    kind,
    request,
    customId,
    ...(line === undefined ? {} : { line }),
    ...(embeddings?.outputFormat === 'parquet' ? { isForTable: true } : {}),
  };
}

/** What a line's call came to. */
export interface LineResponse {
  readonly status: number;
  readonly requestId: string;
  readonly body: Buffer;
  readonly usage: TokenSums | undefined;
}

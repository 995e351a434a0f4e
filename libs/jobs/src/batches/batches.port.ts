import type { BatchObject, CreateBatchDto, ListPageObject } from '#contracts';
import type { CreateAttempt } from '../creates/creates.types.js';
import type { JobResults, ResultQuery } from '../results/result-reader.js';

export interface BatchCaller {
  readonly tenant: string;
  /** The key that made the call; kept in the record, so that a revoked key can stop its jobs. */
  readonly keyId: string;
}

/** What the batches routes ask for. Another tenant's batch is `not_found`. */
export abstract class Batches {
  /**
   * @throws GatewayError `not_found` for the input file, `bulk_unavailable` when the object store does not keep its
   * conditional writes, `storage_unavailable` when it does not answer: then nothing was accepted;
   * `idempotency_key_reused` and `request_in_progress` for its key.
   */
  abstract create(caller: BatchCaller, request: CreateBatchDto, attempt?: CreateAttempt): Promise<BatchObject>;
  abstract retrieve(tenant: string, batchId: string): Promise<BatchObject>;
  abstract list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<BatchObject>>;
  /** Idempotent while the batch is cancelling. @throws GatewayError `invalid_request` (400) on a batch that has ended. */
  abstract cancel(tenant: string, batchId: string): Promise<BatchObject>;
  /**
   * Runs the lines of an ended batch that failed, expired or were cancelled as a new batch; asked again, it is the same.
   *
   * @throws GatewayError `invalid_request` (400) when there are none, `not_found` when their input or error file is gone.
   */
  abstract retry(caller: BatchCaller, batchId: string): Promise<BatchObject>;
  /** Rows that stand already. */
  abstract results(tenant: string, batchId: string, query: ResultQuery): Promise<JobResults>;
}

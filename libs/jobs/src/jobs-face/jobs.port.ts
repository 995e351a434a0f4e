import type { CreateJobDto, JobObject, ListPageObject } from '#contracts';
import type { BatchCaller } from '../batches/batches.port.js';
import type { CreateAttempt } from '../creates/creates.types.js';
import type { JobResults, ResultQuery } from '../results/result-reader.js';

/** A job, and which write of its record it shows. */
export interface JobLook {
  readonly job: JobObject;
  /** 1 for a new job, more after every change of its record. Counts of a running job move without it. */
  readonly revision: number;
}

/** What the jobs routes ask for. Another tenant's job is `not_found`; batches are jobs, too. */
export abstract class Jobs {
  /** @throws GatewayError as `Batches.create` does. */
  abstract create(caller: BatchCaller, request: CreateJobDto, attempt?: CreateAttempt): Promise<JobObject>;
  abstract retrieve(tenant: string, jobId: string): Promise<JobObject>;
  /** As `retrieve`, for who wants to tell one state from another. */
  abstract look(tenant: string, jobId: string): Promise<JobLook>;
  abstract list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<JobObject>>;
  /** Idempotent while the job is cancelling. @throws GatewayError `invalid_request` (400) on a job that has ended. */
  abstract cancel(tenant: string, jobId: string): Promise<JobObject>;
  /** @throws GatewayError as `Batches.retry` does. */
  abstract retry(caller: BatchCaller, jobId: string): Promise<JobObject>;
  abstract results(tenant: string, jobId: string, query: ResultQuery): Promise<JobResults>;
}

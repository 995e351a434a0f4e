import type { BatchObject, JobRecord, RequestCounts } from '#contracts';

/** The record as OpenAI's `batch` object; `live` fills the counts while the job runs. */
export function renderBatch(record: JobRecord, live: RequestCounts | undefined): BatchObject {
  const endedAs = (status: JobRecord['status']): number | null =>
    record.status === status ? toSeconds(record.endedAtMs) : null;
  return {
    id: record.id,
    object: 'batch',
    endpoint: record.endpoint,
    model: record.model,
    errors: record.errors === null ? null : { object: 'list', data: record.errors },
    input_file_id: record.inputFileId,
    completion_window: record.completionWindow,
    status: record.status,
    output_file_id: record.outputFileId,
    error_file_id: record.errorFileId,
    created_at: Math.floor(record.createdAtMs / 1000),
    in_progress_at: toSeconds(record.inProgressAtMs),
    expires_at: Math.floor(record.deadlineMs / 1000),
    finalizing_at: toSeconds(record.finalizingAtMs),
    completed_at: endedAs('completed'),
    failed_at: endedAs('failed'),
    expired_at: endedAs('expired'),
    cancelling_at: toSeconds(record.cancellingAtMs),
    cancelled_at: endedAs('cancelled'),
    request_counts: record.counts ?? live ?? { total: record.total, completed: 0, failed: 0 },
    usage: record.usage,
    metadata: record.metadata,
    ...(record.retryOf === undefined ? {} : { retry_of: record.retryOf.jobId }),
  };
}

function toSeconds(timeMs: number | null): number | null {
  return timeMs === null ? null : Math.floor(timeMs / 1000);
}

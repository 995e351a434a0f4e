import { TERMINAL_STATUSES, type JobObject, type JobProgress, type JobRecord } from '#contracts';
import type { ChunkProgress, Waiting } from '../queue/job-queue.port.js';
import { measureSpeed } from './measure-speed.js';

/** What is known of a job that runs, besides its record. */
export interface LiveView {
  readonly chunks: readonly ChunkProgress[];
  readonly waiting: Waiting | undefined;
  readonly nowMs: number;
}

/** The record as the job object of `/v1/jobs`; `live` fills the progress while the job runs. */
export function renderJob(record: JobRecord, live: LiveView | undefined): JobObject {
  return {
    id: record.id,
    object: 'job',
    type: record.kind,
    status: record.status,
    endpoint: record.endpoint,
    model: record.model ?? (record.embeddings ?? record.transcription)?.model ?? null,
    ...renderInput(record),
    output_file_id: record.outputFileId,
    error_file_id: record.errorFileId,
    results_url: `/v1/jobs/${record.id}/results`,
    completion_window: record.completionWindow,
    priority: record.priority ?? 'normal',
    created_at: Math.floor(record.createdAtMs / 1000),
    in_progress_at: toSeconds(record.inProgressAtMs),
    finalizing_at: toSeconds(record.finalizingAtMs),
    cancelling_at: toSeconds(record.cancellingAtMs),
    ended_at: toSeconds(record.endedAtMs),
    expires_at: Math.floor(record.deadlineMs / 1000),
    progress: renderProgress(record, live),
    ...(record.dryRun === true ? { estimate: renderEstimate(record) } : {}),
    waiting: renderWaiting(record, live),
    errors: record.errors === null ? null : { object: 'list', data: record.errors },
    usage: record.usage,
    ...renderSharing(record),
    metadata: record.metadata,
    retry_of: record.retryOf?.jobId ?? null,
  };
}

function renderInput({
  inputFileId,
  inputLocation,
  inputUrl,
}: JobRecord): Pick<JobObject, 'input_file_id' | 'input_s3' | 'input_url'> {
  return {
    input_file_id: inputFileId === '' ? null : inputFileId,
    ...(inputLocation === undefined ? {} : { input_s3: inputLocation }),
    ...(inputUrl === undefined ? {} : { input_url: withoutQuery(inputUrl) }),
  };
}

function renderSharing({ yielded, waitedMs }: JobRecord): Pick<JobObject, 'yielded' | 'waited_seconds'> {
  return {
    ...(yielded && { yielded: { calls: yielded.calls, seconds: hundredths(yielded.callMs / 1000) } }),
    ...(waitedMs === undefined ? {} : { waited_seconds: hundredths(waitedMs / 1000) }),
  };
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function renderEstimate({ estimate }: JobRecord): NonNullable<JobObject['estimate']> | null {
  if (estimate === undefined) return null;
  const { lines, tokens, bytesPerToken, calls, seconds, measuredJob } = estimate;
  return { lines, tokens, bytes_per_token: bytesPerToken, calls, seconds, measured_job: measuredJob };
}

function renderProgress(record: JobRecord, live: LiveView | undefined): JobProgress {
  const counts = record.counts ?? sumOf(live?.chunks ?? []);
  const done = counts.completed + counts.failed;
  const total = totalOf(record);
  const speed = speedOf(record, live);
  const progress = {
    unit: 'lines',
    total,
    done,
    failed: counts.failed,
    per_second: speed,
    eta_seconds: speed === null || speed === 0 || total === null ? null : Math.ceil((total - done) / speed),
  } as const;
  return record.kind === 'transcription' ? inSeconds(record, progress) : progress;
}

/** Pieces are about equally long, so their share is the share of the recording. */
function inSeconds({ audioSeconds }: JobRecord, progress: JobProgress): JobProgress {
  const { total, done, failed, per_second: speed } = progress;
  const perPiece = audioSeconds === undefined || !total ? 0 : audioSeconds / total;
  return {
    ...progress,
    unit: 'audio_seconds',
    total: audioSeconds === undefined ? null : hundredths(audioSeconds),
    done: total === 0 ? hundredths(audioSeconds ?? 0) : hundredths(done * perPiece),
    failed: hundredths(failed * perPiece),
    per_second: speed === null ? null : Number((speed * perPiece).toPrecision(3)),
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function totalOf({ counts, inProgressAtMs, total }: JobRecord): number | null {
  if (counts !== null) return counts.total;
  return inProgressAtMs === null ? null : total;
}

/** Three digits: more would be noise. */
function speedOf({ status }: JobRecord, live: LiveView | undefined): number | null {
  if (status !== 'in_progress' || live === undefined) return null;
  const speed = measureSpeed(live.chunks, live.nowMs);
  return speed === undefined ? null : Number(speed.toPrecision(3));
}

/** A wait that a line has been done since is over. */
function renderWaiting(record: JobRecord, live: LiveView | undefined): JobObject['waiting'] {
  const waiting = live?.waiting;
  if (waiting === undefined || record.status !== 'in_progress') return null;
  const lastDoneMs = live?.chunks.reduce((last, { span }) => Math.max(last, span?.untilMs ?? 0), 0) ?? 0;
  return lastDoneMs > waiting.atMs ? null : { reason: waiting.reason, seen_at: Math.floor(waiting.atMs / 1000) };
}

function sumOf(chunks: readonly ChunkProgress[]): { readonly completed: number; readonly failed: number } {
  return chunks.reduce(
    (sum, { completed, failed }) => ({ completed: sum.completed + completed, failed: sum.failed + failed }),
    { completed: 0, failed: 0 },
  );
}

function toSeconds(timeMs: number | null): number | null {
  return timeMs === null ? null : Math.floor(timeMs / 1000);
}

/** Whether a job's live counts say more than its record. */
export function isRunning({ status }: Pick<JobRecord, 'status'>): boolean {
  return status !== 'validating' && !TERMINAL_STATUSES.has(status);
}

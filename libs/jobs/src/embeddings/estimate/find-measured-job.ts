import { objectKeys, type EmbeddingsOrder, type JobPlan, type JobRecord } from '#contracts';
import type { RecordStore } from '#storage';
import { JOBS_FACE } from '../../records/job-faces.js';
import type { JobRecords } from '../../records/job-records.js';

/** How a job went that has ended. */
export interface MeasuredJob {
  readonly jobId: string;
  /** Of its texts, as JSON. */
  readonly textBytes: number;
  /** As the model server counted them. */
  readonly tokens: number;
  /** From when it began to run to when all was done, waits included. */
  readonly seconds: number;
}

/** The tenant's jobs that are looked at. */
const MOST_JOBS = 20;
/** What was over sooner says more of how jobs begin than of the model. */
const LEAST_SECONDS = 2;

/** The tenant's newest job of a model that ran through and took its time. */
export async function findMeasuredJob(
  { jobs, records }: { readonly jobs: JobRecords; readonly records: RecordStore },
  tenant: string,
  order: EmbeddingsOrder,
): Promise<MeasuredJob | undefined> {
  const page = await jobs.page(tenant, { limit: MOST_JOBS }, JOBS_FACE);
  for (const record of page.records) {
    const run = runOf(record, order);
    if (run === undefined) continue;
    const plan = await records.read<JobPlan>(objectKeys.plan(tenant, record.id));
    const textBytes = plan?.value.textBytes ?? 0;
    if (textBytes > 0) return { jobId: record.id, textBytes, ...run };
  }
  return undefined;
}

function runOf(record: JobRecord, { model }: EmbeddingsOrder): Pick<MeasuredJob, 'tokens' | 'seconds'> | undefined {
  if (!isTelling(record) || record.embeddings?.model !== model) return undefined;
  const { usage, inProgressAtMs, finalizingAtMs } = record;
  const tokens = usage?.input_tokens ?? 0;
  const seconds = ((finalizingAtMs ?? 0) - (inProgressAtMs ?? 0)) / 1000;
  return tokens === 0 || seconds < LEAST_SECONDS ? undefined : { tokens, seconds };
}

/** Of texts that were embedded once for several, and of those that failed, nobody counted tokens. */
function isTelling({ status, counts, embeddings }: JobRecord): boolean {
  return status === 'completed' && counts?.failed === 0 && embeddings?.deduplicate !== true;
}

import type { Batches } from './batches/batches.port.js';
import type { Files } from './files/files.port.js';
import type { Jobs } from './jobs-face/jobs.port.js';
import type { CapacityView } from './sharing/capacity-metrics.js';
import type { Links } from './links/links.port.js';
import type { Uploads } from './uploads/uploads.port.js';
import type { Recordings } from './recordings/recordings.port.js';
import type { WebhookEndpoints } from './webhooks/webhook-endpoints.js';

/** Whether one thing that bulk stands on works now; `detail` says what does not and what to do. */
export interface BulkCheck {
  readonly name: 'object-store' | 'conditional-writes' | 'redis';
  readonly ok: boolean;
  readonly detail: string | undefined;
}

/** The api's side of bulk: files, batches and other jobs are accepted here and run in the worker. */
export interface Bulk {
  readonly files: Files;
  readonly uploads: Uploads;
  /** Absent where callers are not to reach the object store by themselves. */
  readonly links?: Links | undefined;
  readonly batches: Batches;
  readonly jobs: Jobs;
  readonly recordings: Recordings;
  readonly webhooks: WebhookEndpoints;
  /**
   * Requests the cancel of a tenant's live jobs that one of the keys created. Doing it twice is doing it once.
   *
   * @returns ids of the jobs that were not being cancelled yet. @throws GatewayError `storage_unavailable`
   */
  stopJobsOf(tenant: string, keyIds: ReadonlySet<string>): Promise<readonly string[]>;
  /** What was last decided for an endpoint; `undefined` where bulk has never worked. @throws GatewayError `queue_unavailable` */
  capacity(endpoint: string): Promise<CapacityView | undefined>;
  /** Answers within a second from what was last seen; asks nothing that could hang. */
  checks(): readonly BulkCheck[];
  close(): Promise<void>;
}

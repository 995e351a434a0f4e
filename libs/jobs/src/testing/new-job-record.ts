import type { JobRecord } from '#contracts';

const CREATED_AT_MS = 1_795_000_000_000;
const DAY_MS = 86_400_000;

/** A record as a create writes it, with what a test cares about. */
export function newJobRecord(more: Partial<JobRecord> = {}): JobRecord {
  return {
    version: 1,
    id: `batch_${'0'.repeat(21)}`,
    kind: 'batch',
    tenant: 'acme',
    keyId: 'key-1',
    endpoint: '/v1/embeddings',
    inputFileId: `file-${'0'.repeat(21)}`,
    completionWindow: '24h',
    metadata: null,
    outputExpiresAfterSeconds: null,
    status: 'validating',
    createdAtMs: CREATED_AT_MS,
    deadlineMs: CREATED_AT_MS + DAY_MS,
    inProgressAtMs: null,
    finalizingAtMs: null,
    cancellingAtMs: null,
    endedAtMs: null,
    outcome: null,
    model: null,
    total: 0,
    errors: null,
    counts: null,
    usage: null,
    outputFileId: null,
    errorFileId: null,
    ...more,
  };
}

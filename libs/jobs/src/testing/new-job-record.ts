import type { JobRecord } from '#contracts';
import { newRecord } from '../records/new-record.js';

const CREATED_AT_MS = 1_795_000_000_000;

/** A record as a create writes it, with what a test cares about. */
export function newJobRecord(more: Partial<JobRecord> = {}): JobRecord {
  const created = newRecord(
    {
      id: `batch_${'0'.repeat(21)}`,
      kind: 'batch',
      tenant: 'acme',
      keyId: 'key-1',
      endpoint: '/v1/embeddings',
      inputFileId: `file-${'0'.repeat(21)}`,
      completionWindow: '24h',
      metadata: null,
      outputExpiresAfterSeconds: null,
    },
    CREATED_AT_MS,
  );
  return { ...created, ...more };
}

import type { JobRecord } from '#contracts';

/**
 * Stands in a record's place when its create has failed, so that a write which lands late finds the place taken. It is
 * terminal, so that a process which does not know of withdrawn records does not run it either.
 */
export function withdrawnRecord(record: JobRecord): JobRecord {
  return {
    ...record,
    status: 'failed',
    withdrawn: true,
    errors: [
      { code: 'not_accepted', message: 'The storage did not answer; nothing was accepted.', param: null, line: null },
    ],
    counts: { total: 0, completed: 0, failed: 0 },
    endedAtMs: record.createdAtMs,
  };
}

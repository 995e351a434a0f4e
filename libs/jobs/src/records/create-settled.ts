import type { JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { RecordStore } from '#storage';
import { untilStored } from '../chunks/until-stored.js';
import { withdrawnRecord } from './withdrawn-record.js';

/** Longer than callers and load balancers wait, so that hardly anybody gets an error that is no promise. */
const SETTLE_MS = 300_000;

/**
 * Writes a job's record, the commit of its create, and waits for a store that does not answer until it is known whether
 * the record stands: an error says that the job never runs.
 *
 * @returns the record that stands there then, also where another create of the same id was first.
 * @throws GatewayError `storage_unavailable`: nothing stands there, and what lands late has no effect.
 */
export async function createSettled(records: RecordStore, key: string, record: JobRecord): Promise<JobRecord> {
  try {
    return await place(records, key, record);
  } catch (error) {
    if (!GatewayError.is(error, 'storage_unavailable')) throw error;
    const giveUp = AbortSignal.timeout(SETTLE_MS);
    const standing = await untilStored(() => withdraw(records, key, record), giveUp);
    if (standing.withdrawn === true) throw error;
    return standing;
  }
}

/** A create that failed earlier under the same id has left a withdrawn record, which gives way. */
async function place(records: RecordStore, key: string, record: JobRecord): Promise<JobRecord> {
  const { value } = await records.commitOnce(key, record);
  return value.withdrawn === true ? await overWithdrawn(records, key, record) : value;
}

/** A withdrawn record is written anew, since a write over the one that stands may be on its way still. */
async function withdraw(records: RecordStore, key: string, record: JobRecord): Promise<JobRecord> {
  const withdrawn = withdrawnRecord(record);
  const { won, value } = await records.commitOnce(key, withdrawn);
  return !won && value.withdrawn === true ? await overWithdrawn(records, key, withdrawn) : value;
}

async function overWithdrawn(records: RecordStore, key: string, next: JobRecord): Promise<JobRecord> {
  const change = (current: JobRecord): JobRecord | undefined => (current.withdrawn === true ? next : undefined);
  return (await records.update<JobRecord>(key, change)).value;
}

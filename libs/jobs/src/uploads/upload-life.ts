import type { UploadRecord } from '#contracts';
import { timeOfId } from '#platform';

export const UPLOAD_PREFIX = 'upload_';
export const PART_PREFIX = 'part_';

const HOUR_MS = 3_600_000;
/** OpenAI's hour, in which parts are taken and completing begins. */
export const UPLOAD_LIFE_MS = HOUR_MS;
/** Joining that was begun may go on, and be asked for again, for another hour. */
const JOIN_LIFE_MS = 2 * HOUR_MS;
/** An hour more than anybody reads them, for clocks that differ. */
const PARTS_LIFE_MS = JOIN_LIFE_MS + HOUR_MS;
/** A file whose making was interrupted loses its content after a day; until then the record says what became of it. */
const RECORD_LIFE_MS = 25 * HOUR_MS;

/** Ids come from callers and become keys, so their shape is checked before the store is asked. */
export function isUploadId(uploadId: string): boolean {
  return /^upload_[0-9a-z]{21}$/.test(uploadId);
}

/** Whether nothing can become of the upload any more. */
export function isOver({ createdAtMs, completion, status }: UploadRecord, nowMs: number): boolean {
  if (status !== 'pending') return false;
  return nowMs >= createdAtMs + (completion === null ? UPLOAD_LIFE_MS : JOIN_LIFE_MS);
}

/** Whether the parts of an upload, or its record, can be removed: its id says how old it is. */
export function isGarbage(what: 'parts' | 'record', uploadId: string, nowMs: number): boolean {
  const createdAtMs = timeOfId(UPLOAD_PREFIX, uploadId);
  return createdAtMs !== undefined && nowMs >= createdAtMs + (what === 'parts' ? PARTS_LIFE_MS : RECORD_LIFE_MS);
}

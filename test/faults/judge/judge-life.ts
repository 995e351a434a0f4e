import { COMPLETION_WINDOWS, type JobRecord } from '#contracts';
import type { Evidence, Sighting, Verdict } from './evidence.js';

/** Which status may be seen after which; polls may miss some in between. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  validating: ['failed', 'in_progress', 'finalizing', 'cancelling', 'completed', 'expired', 'cancelled'],
  in_progress: ['finalizing', 'cancelling', 'completed', 'expired', 'cancelled'],
  finalizing: ['completed', 'expired', 'cancelled'],
  cancelling: ['cancelled'],
};
const TERMINAL = ['failed', 'completed', 'expired', 'cancelled'];

/** Times of a record never run backwards, and those that its status needs are there. */
export function judgeTimes({ record }: Evidence): Verdict {
  const complaints: string[] = [];
  const steps = [
    ['created', record.createdAtMs],
    ['in progress', record.inProgressAtMs],
    ['cancelling', record.cancellingAtMs],
    ['finalizing', record.finalizingAtMs],
    ['ended', record.endedAtMs],
  ] as const;
  let [before, beforeMs]: readonly [string, number] = ['created', record.createdAtMs];
  for (const [name, timeMs] of steps) {
    if (timeMs === null) continue;
    if (timeMs < beforeMs) complaints.push(`${name} at ${timeMs} is before ${before} at ${beforeMs}`);
    [before, beforeMs] = [name, timeMs];
  }
  if (record.endedAtMs === null) complaints.push(`the record is ${record.status} and has not ended`);
  if (record.status === 'cancelled' && record.cancellingAtMs === null) complaints.push('cancelled without cancelling');
  if (record.status === 'completed' && record.inProgressAtMs === null) complaints.push('completed without a start');
  return complaints;
}

/** The deadline is the window's end; scenarios that move it say so. */
export function judgeDeadline({ record }: Evidence): Verdict {
  const windows: Readonly<Record<string, number>> = COMPLETION_WINDOWS;
  const windowMs = (windows[record.completionWindow] ?? Number.NaN) * 1000;
  return record.deadlineMs - record.createdAtMs === windowMs
    ? []
    : [`the deadline is ${record.deadlineMs - record.createdAtMs} ms after the create, its window has ${windowMs} ms`];
}

/** Polls saw the job go forward only, into one end, with counts that never pass their total. */
export function judgeSightings({ sightings, record }: Evidence): Verdict {
  const complaints = new Set<string>();
  sightings.forEach((sighting, index) => {
    const before = sightings[index - 1];
    if (before !== undefined && before.status !== sighting.status && !mayFollow(before.status, sighting.status))
      complaints.add(`a poll saw ${sighting.status} after ${before.status}`);
    if (sighting.total > 0 && sighting.completed + sighting.failed > sighting.total)
      complaints.add(`a poll saw ${describe(sighting)}`);
  });
  const last = sightings.at(-1);
  if (last !== undefined && TERMINAL.includes(last.status)) judgeLast(last, record).forEach((it) => complaints.add(it));
  return [...complaints];
}

/** Terminal states are immutable: the same objects byte by byte at a later look. */
export function judgeUnchanged(first: ReadonlyMap<string, string>, later: ReadonlyMap<string, string>): Verdict {
  const keys = new Set([...first.keys(), ...later.keys()]);
  return [...keys].filter((key) => first.get(key) !== later.get(key)).map((key) => `${key} has changed after the end`);
}

function mayFollow(before: string, after: string): boolean {
  return LATER[before]?.includes(after) === true;
}

function judgeLast(last: Sighting, { status, counts }: JobRecord): Verdict {
  const agrees = last.status === status && last.completed === counts?.completed && last.failed === counts.failed;
  return agrees ? [] : [`the last poll saw ${describe(last)}, the record is ${status} with ${JSON.stringify(counts)}`];
}

function describe({ status, completed, failed, total }: Sighting): string {
  return `${status} with ${completed} completed and ${failed} failed of ${total}`;
}

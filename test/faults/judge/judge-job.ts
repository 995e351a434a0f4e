import type { Evidence, StoredRow, Verdict } from './evidence.js';
import { judgeConservation, judgeFileCounts, judgeUsage } from './judge-counts.js';
import { judgeDeadline, judgeSightings, judgeTimes } from './judge-life.js';
import { judgeObjects } from './judge-objects.js';
import { judgeAnswers, judgeFailures, judgeOneResultEach, judgeOrder } from './judge-rows.js';

export interface Expectation {
  /** How the job may have ended; `completed` unless named. */
  readonly statuses?: readonly string[];
  /** Which error rows may be there; none unless said. */
  readonly mayFail?: (row: StoredRow) => boolean;
  /** The scenario has moved the deadline. */
  readonly movedDeadline?: boolean;
  /** Ids of lines are unknown where somebody has taken the input away. */
  readonly namelessLines?: boolean;
}

/** Every invariant that holds for each job however it ends. */
export function judgeJob(evidence: Evidence, expectation: Expectation = {}): Verdict {
  const { statuses = ['completed'], mayFail = () => false } = expectation;
  const { status } = evidence.record;
  return [
    ...(statuses.includes(status) ? [] : [`the job ended ${status}, expected ${statuses.join(' or ')}`]),
    ...judgeConservation(evidence),
    ...judgeFileCounts(evidence),
    ...judgeUsage(evidence),
    ...(expectation.namelessLines === true ? [] : judgeOneResultEach(evidence)),
    ...judgeOrder(evidence),
    ...judgeAnswers(evidence),
    ...judgeFailures(evidence, mayFail),
    ...judgeTimes(evidence),
    ...(expectation.movedDeadline === true ? [] : judgeDeadline(evidence)),
    ...judgeSightings(evidence),
    ...judgeObjects(evidence),
  ];
}

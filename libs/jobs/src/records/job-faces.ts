/** Which jobs a family of routes shows, and under what name. */
export interface JobFace {
  /** As messages name the object. */
  readonly name: string;
  /** What ids begin with. */
  readonly prefixes: readonly string[];
  /** Ids come from callers and become keys, so their shape is checked before the store is asked. */
  owns(id: string): boolean;
}

export const BATCH_PREFIX = 'batch_';
export const JOB_PREFIX = 'job_';

export const BATCH_FACE: JobFace = {
  name: 'Batch',
  prefixes: [BATCH_PREFIX],
  owns: (id) => /^batch_[0-9a-z]{21}$/.test(id),
};

/** A batch is a job, too. */
export const JOBS_FACE: JobFace = {
  name: 'Job',
  prefixes: [BATCH_PREFIX, JOB_PREFIX],
  owns: (id) => /^(?:batch|job)_[0-9a-z]{21}$/.test(id),
};

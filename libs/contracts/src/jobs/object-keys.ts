/**
 * Where everything lies in the bucket. All that belongs to a tenant is under `t/{tenant}/`; only the markers of jobs
 * stand apart, so that one LIST finds every job that still needs work, and one every job that still has data to remove.
 */
const CHUNK_DIGITS = 6;

/** Chunk numbers are padded so that the order of keys is the order of chunks. */
export function chunkName(chunk: number): string {
  return String(chunk).padStart(CHUNK_DIGITS, '0');
}

export const objectKeys = {
  tenants: 't/',
  fileRecords: (tenant: string): string => `t/${tenant}/records/files/`,
  fileRecord: (tenant: string, fileId: string): string => `t/${tenant}/records/files/${fileId}`,
  fileIndex: (tenant: string): string => `t/${tenant}/index/files/`,
  /** The entry's name carries what a page shows of the file, so that a page needs no read. */
  fileIndexEntry: (tenant: string, fileId: string, facts: string): string =>
    `t/${tenant}/index/files/${fileId}/${facts}`,
  fileContent: (tenant: string, fileId: string): string => `t/${tenant}/files/${fileId}/content`,
  fileContents: (tenant: string): string => `t/${tenant}/files/`,
  /** One object per live job that reads the file; the content outlives a DELETE until there is none. */
  fileReferences: (tenant: string, fileId: string): string => `t/${tenant}/files/${fileId}/used-by/`,
  fileReference: (tenant: string, fileId: string, jobId: string): string =>
    `t/${tenant}/files/${fileId}/used-by/${jobId}`,
  uploadRecords: (tenant: string): string => `t/${tenant}/records/uploads/`,
  uploadRecord: (tenant: string, uploadId: string): string => `t/${tenant}/records/uploads/${uploadId}`,
  uploads: (tenant: string): string => `t/${tenant}/uploads/`,
  /** Parts of a file that is being uploaded; go once it is whole, or its time is over. */
  uploadParts: (tenant: string, uploadId: string): string => `t/${tenant}/uploads/${uploadId}/`,
  uploadPart: (tenant: string, uploadId: string, partId: string): string => `t/${tenant}/uploads/${uploadId}/${partId}`,
  /** What tells that a create was sent before: a note for each key, and one for each first try of a body. */
  creates: (tenant: string): string => `t/${tenant}/creates/`,
  createKey: (tenant: string, route: string, keyDigest: string): string =>
    `t/${tenant}/creates/keys/${route}/${keyDigest}`,
  createTries: (tenant: string, route: string, digest: string): string =>
    `t/${tenant}/creates/tries/${route}/${digest}/`,
  createTry: (tenant: string, route: string, digest: string, id: string): string =>
    `t/${tenant}/creates/tries/${route}/${digest}/${id}`,
  /** A part that is sent past the api. The name carries the size that was promised. */
  linkedPart: (tenant: string, uploadId: string, partId: string, bytes: number): string =>
    `t/${tenant}/uploads/${uploadId}/${partId}.${bytes}`,
  jobRecord: (tenant: string, jobId: string): string => `t/${tenant}/records/jobs/${jobId}`,
  jobIndex: (tenant: string): string => `t/${tenant}/index/jobs/`,
  jobIndexEntry: (tenant: string, jobId: string): string => `t/${tenant}/index/jobs/${jobId}`,
  active: 'active/',
  activeMarker: (tenant: string, jobId: string): string => `active/${tenant}/${jobId}`,
  /** Jobs that have ended and whose chunks' data has not been removed yet. */
  ended: 'ended/',
  endedMarker: (tenant: string, jobId: string): string => `ended/${tenant}/${jobId}`,
  /** Plan, commits and data of a job; not its record. */
  job: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/`,
  plan: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/plan`,
  /** A recording as it was decoded; goes with the job's end. */
  recording: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/recording`,
  /** Ids of the files that the lines of a batch name, which are held until its end. */
  namedFiles: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/named-files`,
  /** Who waits for a recording, by a digest of the request. */
  recordingJoins: (tenant: string): string => `t/${tenant}/joins/`,
  recordingJoin: (tenant: string, digest: string): string => `t/${tenant}/joins/${digest}`,
  /** Says which job is the retry of this one; `n` counts those before it that could not be planned. */
  retry: (tenant: string, jobId: string, n: number): string => `t/${tenant}/jobs/${jobId}/retries/${n}`,
  commits: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/commits/`,
  commit: (tenant: string, jobId: string, chunk: number): string =>
    `t/${tenant}/jobs/${jobId}/commits/${chunkName(chunk)}`,
  jobData: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/data/`,
  /** Everything that attempts at one chunk have left, found by one LIST. */
  workspace: (tenant: string, jobId: string, chunk: number): string =>
    `t/${tenant}/jobs/${jobId}/data/${chunkName(chunk)}/`,
} as const;

/** Tenant and job of a live job's marker. */
export function parseActiveMarker(key: string): { readonly tenant: string; readonly jobId: string } | undefined {
  return parseMarker(key);
}

/** Tenant and job of an ended job's marker. */
export function parseEndedMarker(key: string): { readonly tenant: string; readonly jobId: string } | undefined {
  return parseMarker(key);
}

function parseMarker(key: string): { readonly tenant: string; readonly jobId: string } | undefined {
  const [, tenant, jobId, ...rest] = key.split('/');
  return tenant && jobId && rest.length === 0 ? { tenant, jobId } : undefined;
}

/**
 * Where everything lies in the bucket. All that belongs to a tenant is under `t/{tenant}/`; only the markers of jobs
 * and events that have not been delivered stand apart, so that one LIST finds every job that still needs work, one every job
 * that still has data to remove, and one every delivery.
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
  /**
   * The texts of a table, or what lay in a bucket of the caller's, as lines that chunks are ranges of. Goes with the job's end,
   * and where lines have failed with the data of its chunks.
   */
  derivedInput: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/input`,
  /**
   * What is known of the recording that a line of a batch names, so that another attempt goes on from there: its samples,
   * until the line is heard, how it is cut, and what its pieces were heard as. Goes with the data of the job's chunks.
   */
  lineRecording: (tenant: string, jobId: string, request: number): string =>
    `t/${tenant}/jobs/${jobId}/data/lines/${request}/`,
  /** A recording as it was fetched from the caller's address; goes with the job's end. */
  fetchedInput: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/fetched-input`,
  /** Ids of the files that the lines of a batch name, which are held until its end. */
  namedFiles: (tenant: string, jobId: string): string => `t/${tenant}/jobs/${jobId}/named-files`,
  /** Who waits for a recording, by a digest of the request. */
  recordingJoins: (tenant: string): string => `t/${tenant}/joins/`,
  recordingJoin: (tenant: string, digest: string): string => `t/${tenant}/joins/${digest}`,
  /** Says which job is the retry of this one; `n` counts those before it that could not be planned. */
  retry: (tenant: string, jobId: string, n: number): string => `t/${tenant}/jobs/${jobId}/retries/${n}`,
  /** Records of endpoints; their ids sort newest first, so that the records are their own index. */
  webhookEndpoints: (tenant: string): string => `t/${tenant}/webhooks/endpoints/`,
  webhookEndpoint: (tenant: string, endpointId: string): string => `t/${tenant}/webhooks/endpoints/${endpointId}`,
  outbox: 'outbox/',
  /** An event that an endpoint has not taken yet; goes when it has, when it was tried for too long, and with the endpoint. */
  webhookDelivery: (tenant: string, endpointId: string, eventId: string): string =>
    `outbox/${tenant}/${endpointId}/${eventId}`,
  /** How deliveries ended; removed by age. */
  webhooksSettled: (tenant: string): string => `t/${tenant}/webhooks/settled/`,
  webhookSettled: (tenant: string, endpointId: string, eventId: string): string =>
    `t/${tenant}/webhooks/settled/${endpointId}/${eventId}`,
  /** What chunks have to do with each other's texts; named by the plan, one for each try to plan. Goes with the data of the chunks. */
  repeats: (tenant: string, jobId: string, name: string): string => `t/${tenant}/jobs/${jobId}/data/repeats/${name}`,
  /** Rows of a chunk whose texts later chunks repeat. Written once, before the chunk's commit; goes with the data of the chunks. */
  sharedRows: (tenant: string, jobId: string, chunk: number): string =>
    `t/${tenant}/jobs/${jobId}/data/shared/${chunkName(chunk)}`,
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

/** Whose delivery a key of the outbox is. */
export function parseWebhookDelivery(
  key: string,
): { readonly tenant: string; readonly endpointId: string; readonly eventId: string } | undefined {
  const [, tenant, endpointId, eventId, ...rest] = key.split('/');
  return tenant && endpointId && eventId && rest.length === 0 ? { tenant, endpointId, eventId } : undefined;
}

function parseMarker(key: string): { readonly tenant: string; readonly jobId: string } | undefined {
  const [, tenant, jobId, ...rest] = key.split('/');
  return tenant && jobId && rest.length === 0 ? { tenant, jobId } : undefined;
}

import type { IncomingHttpHeaders } from 'node:http';
import { matchesEtag } from '../jobs/job-watch.js';

/** What a request for a file's bytes says of those that its sender has already. */
export interface ContentRequest {
  /** The whole of it is there: nothing needs to be sent. */
  readonly isKnown: boolean;
  /** The part that is missing; absent where the whole is asked for, or where the sender's part is of something else. */
  readonly range: string | undefined;
}

/** @param etag of the file as it is here. */
export function readContentRequest(headers: IncomingHttpHeaders, etag: string): ContentRequest {
  const known = headers['if-none-match'];
  const partOf = headers['if-range'];
  return {
    isKnown: known !== undefined && matchesEtag(known, etag),
    // RFC 9110, 13.1.5: strong comparison alone, so a date or a weak tag asks for the whole.
    range: partOf === undefined || partOf === etag ? headers.range : undefined,
  };
}

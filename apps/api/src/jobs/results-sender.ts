import { GatewayError } from '#platform';
import type { JobResults, ResultQuery } from '#jobs';
import type { ContentSender } from '../http/content/content-sender.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';

/** Sends the rows of a job that stand already. What they do not hold yet, the headers say, as the status cannot. */
export class ResultsSender {
  constructor(private readonly sender: ContentSender) {}

  async send(open: (query: ResultQuery) => Promise<JobResults>, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { after } = request.query as { readonly after?: unknown };
    if (after !== undefined && typeof after !== 'string') {
      throw new GatewayError('invalid_type', "Invalid type for 'after': expected one string.", { param: 'after' });
    }
    const { signal } = request.exchange;
    const { body, isComplete, cursor } = await open(after === undefined ? { signal } : { signal, after });
    const headers = {
      // Not `application/jsonl`: SDKs take whatever contains `application/json` for one JSON text.
      'content-type': 'application/x-ndjson',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'sluice-results-complete': String(isComplete),
      ...(cursor === undefined ? {} : { 'sluice-results-cursor': cursor }),
    };
    await this.sender.send({ status: 200, headers, body }, request, reply);
  }
}

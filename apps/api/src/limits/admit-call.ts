import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../http/exchange/exchange.js';
import type { ShareLedger } from './share-ledger.js';

/** English text in the tokenizers of today's models; the model server's own count settles it afterwards. */
const BYTES_PER_TOKEN = 4;

/**
 * Counts a call against its key's limits. What is only looked at (GET) or taken away is free: jobs are polled.
 *
 * @throws GatewayError `rate_limit_exceeded`
 */
export function admitCall(ledger: ShareLedger, exchange: Exchange, headers: IncomingHttpHeaders): void {
  const { caller, route } = exchange;
  if (caller?.limits === undefined || route.method !== 'POST') return;
  const budget = ledger.budgetOf(caller.keyId, caller.limits);
  exchange.budget = budget;
  const countsTokens = route.scope === 'realtime' && route.body === 'json';
  exchange.permit = ledger.take(budget, countsTokens ? estimateTokens(headers['content-length']) : 0);
}

/** Gives back what an ended call has held and counts what it has used. A failed call has used nothing. */
export function endCall(ledger: ShareLedger, exchange: Exchange): void {
  if (exchange.permit === undefined) return;
  const failed = exchange.status >= 400 && !exchange.clientGone;
  ledger.end(exchange.permit, exchange.usage?.totalTokens ?? (failed ? 0 : undefined));
  exchange.permit = undefined;
}

/** A body without a length is counted when it has ended. */
function estimateTokens(contentLength: string | undefined): number {
  return contentLength === undefined ? 0 : Math.ceil(Number(contentLength) / BYTES_PER_TOKEN);
}

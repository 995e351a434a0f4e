import { once } from 'node:events';
import type { Fault } from '../../faults/fault-plan.js';
import { collectBody, type ContainerAnswer } from '../containers/container-answer.js';
import { waitForAbort } from '../containers/container-faults.js';
import type { Invocation } from '../operations/invocation.js';
import { sendAndCut } from '../operations/send-and-cut.js';
import { createModelError } from '../wire/model-error.js';

// Without an event stream to carry an exception, an answer that breaks can only end.
const cuts: ReadonlySet<string> = new Set(['cut', 'stream-error', 'stream-internal-failure']);

/** Passes a container's answer on as the container writes it. */
export async function sendRouteAnswer(
  answer: ContainerAnswer,
  { endpoint, region, requestId, fault, response }: Invocation,
  signal: AbortSignal,
): Promise<void> {
  if (answer.status >= 400) {
    const said = (await collectBody(answer)).toString('utf8');
    throw createModelError({ endpointName: endpoint.definition.name, region }, answer.status, said);
  }
  if (fault?.kind === 'answer-lost') {
    await collectBody(answer);
    response.destroy();
    return;
  }
  response.writeHead(200, { 'content-type': answer.contentType, 'x-amzn-requestid': requestId });
  response.flushHeaders();
  const interrupted = await writePieces(answer, { response, fault, signal });
  if (fault?.kind === 'stall') await waitForAbort(signal);
  else if (cuts.has(fault?.kind ?? '')) await sendAndCut(response, interrupted);
  else response.end();
}

interface Writing {
  readonly response: Invocation['response'];
  readonly fault: Fault | undefined;
  readonly signal: AbortSignal;
}

/** Writes up to where the fault strikes; gives the bytes that still go out before a cut. */
async function writePieces(answer: ContainerAnswer, { response, fault, signal }: Writing): Promise<Buffer> {
  const { maxParts, maxBytes } = boundsOf(fault);
  let bytesLeft = maxBytes;
  let parts = 0;
  for await (const piece of Buffer.isBuffer(answer.body) ? [answer.body] : answer.body) {
    if (parts >= maxParts) break;
    if (piece.length > bytesLeft) return piece.subarray(0, bytesLeft);
    parts += 1;
    bytesLeft -= piece.length;
    signal.throwIfAborted();
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  return Buffer.alloc(0);
}

/** How much is written before the fault strikes. */
function boundsOf(fault: Fault | undefined): { readonly maxParts: number; readonly maxBytes: number } {
  if (fault === undefined || (fault.kind !== 'stall' && !cuts.has(fault.kind))) {
    return { maxParts: Infinity, maxBytes: Infinity };
  }
  const { afterParts = Infinity, afterBytes = Infinity } = fault;
  return { maxParts: afterParts, maxBytes: fault.kind === 'cut' ? afterBytes : Infinity };
}

import { hash } from 'node:crypto';
import { createSeededRandom } from '../../faults/create-seeded-random.js';
import { callContainer } from '../containers/call-container.js';
import { collectBody, type ContainerAnswer } from '../containers/container-answer.js';
import { variantName } from '../wire/account.js';
import { encodeStreamException } from '../wire/event-stream.js';
import { createModelError, createModelTimeoutError } from '../wire/model-error.js';
import { PartCutter } from '../wire/part-cutter.js';
import { DeadlineError, withDeadline } from '../wire/with-deadline.js';
import { readHeader, type Invocation, type OperationServices } from './invocation.js';
import { PartWriter } from './part-writer.js';

// Beyond this a held-back end of a piece would be seen as a delay of a token.
const maxDelayForHoldingMs = 20;

/** POST /endpoints/{name}/invocations-response-stream */
export async function invokeWithResponseStream(invocation: Invocation, services: OperationServices): Promise<void> {
  const { endpoint, operation, body, requestId, fault, response } = invocation;
  const { witness } = services;
  // A stalled connection outlasts every limit but the client's own.
  const limitMs = fault?.kind === 'stall' ? Infinity : endpoint.definition.streamTimeoutMs;
  const inferenceId = readHeader(invocation.headers, 'x-amzn-sagemaker-inference-id');
  const contentType = readHeader(invocation.headers, 'content-type');
  try {
    await withDeadline(invocation.signal, limitMs, async (signal) =>
      callContainer(
        { endpoint, operation, body, contentType, requestId, inferenceId, fault, signal, witness },
        async (answer) => deliver(answer, invocation, { signal, seed: services.seed }),
      ),
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const place = { endpointName: endpoint.definition.name, region: invocation.region };
    if (!response.headersSent) throw createModelTimeoutError(place);
    const { message } = createModelTimeoutError(place);
    response.end(
      encodeStreamException('ModelStreamError', { Message: message, ErrorCode: 'ModelInvocationTimeExceeded' }),
    );
  }
}

interface Delivery {
  readonly signal: AbortSignal;
  readonly seed: number;
}

async function deliver(answer: ContainerAnswer, invocation: Invocation, { signal, seed }: Delivery): Promise<void> {
  const { endpoint, response, fault } = invocation;
  const { definition } = endpoint;
  if (answer.status >= 400) {
    const containerBody = (await collectBody(answer)).toString('utf8');
    throw createModelError({ endpointName: definition.name, region: invocation.region }, answer.status, containerBody);
  }
  if (fault?.kind === 'answer-lost') {
    await collectBody(answer);
    response.destroy();
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-requestid': invocation.requestId,
    'x-amzn-sagemaker-content-type': answer.contentType,
    'x-amzn-invoked-production-variant': variantName,
  });
  response.flushHeaders();
  const cutter = new PartCutter({
    random: createSeededRandom(seed + digestOf(invocation.body)),
    mayHold: definition.tokenDelayMs <= maxDelayForHoldingMs,
  });
  const writer = new PartWriter({ response, signal, fault });
  const pieces = Buffer.isBuffer(answer.body) ? [answer.body] : answer.body;
  for await (const piece of pieces) {
    await writeAll(writer, cutter.push(piece));
    if (writer.isInterrupted) return;
  }
  await writeAll(writer, cutter.flush());
  await writer.end();
}

async function writeAll(writer: PartWriter, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) {
    if (writer.isInterrupted) return;
    await writer.write(part);
  }
}

/** The same call is cut at the same places each time. */
function digestOf(body: Buffer): number {
  return hash('sha256', body, 'buffer').readUInt32BE(0);
}

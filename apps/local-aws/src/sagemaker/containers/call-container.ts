import { setTimeout as delay } from 'node:timers/promises';
import { createVllmErrorBody, EngineRejection } from '../../engines/engine-rejection.js';
import type { EngineWork } from '../../engines/gpu/engine-work.js';
import { TokenFeed } from '../../engines/gpu/token-feed.js';
import { isFields, type Fields } from '../../engines/read-fields.js';
import { answerEmdWhisper } from '../../engines/speech/answer-emd-whisper.js';
import { readSpeechForm } from '../../engines/speech/read-speech-form.js';
import type { Fault } from '../../faults/fault-plan.js';
import { digestInputs } from '../../witness/digest-inputs.js';
import type { WitnessLog } from '../../witness/witness-log.js';
import type { CallOutcome } from '../../witness/witness-record.js';
import type { EndpointDefinition } from '../endpoints/endpoint-definition.js';
import type { RunningEndpoint } from '../endpoints/endpoint-registry.js';
import { ClientLeftError } from '../wire/client-left-error.js';
import { answerByShape } from './answer-by-shape.js';
import { createJsonAnswer, type ContainerAnswer } from './container-answer.js';
import { answerInsteadOfEngine, messageOf, waitForAbort, waitForFault } from './container-faults.js';
import { createStreamAnswer } from './stream-answer.js';

export interface ContainerCall {
  readonly endpoint: RunningEndpoint;
  readonly operation: string;
  readonly body: Buffer;
  /** What the caller said of the body; absent = JSON. */
  readonly contentType?: string | undefined;
  /** The container's own access to S3, where it has one. @throws Error where the object cannot be read */
  readonly readObject?: (location: string, signal: AbortSignal) => Promise<Buffer>;
  readonly requestId: string;
  readonly inferenceId: string | undefined;
  readonly fault: Fault | undefined;
  readonly signal: AbortSignal;
  readonly witness: WitnessLog;
}

type ParsedBody = { readonly fields: Fields } | { readonly fault: string };

// With these the caller gets no good answer, whatever the engine made of the call.
const failingFaults: ReadonlySet<string> = new Set([
  'error',
  'garbage',
  'error-200',
  'cut',
  'stream-error',
  'stream-internal-failure',
]);

/**
 * Calls the container behind an endpoint and hands its answer to `deliver`. The call holds its place in the container,
 * and is in progress in the witness log, until the delivery has ended or the signal aborts.
 */
export async function callContainer(
  call: ContainerCall,
  deliver: (answer: ContainerAnswer) => Promise<void>,
): Promise<void> {
  const { slots, definition } = call.endpoint;
  await slots.acquire(call.signal);
  try {
    const parsed = await parseBody(call);
    const end = call.witness.begin(describeCall(call, parsed));
    let outcome: CallOutcome = 'error';
    try {
      const answer = await answerCall(call, parsed, definition);
      await deliver(answer);
      if (answer.status < 400 && !failingFaults.has(call.fault?.kind ?? '')) outcome = 'ok';
    } catch (error) {
      if (call.signal.reason instanceof ClientLeftError) outcome = 'aborted';
      throw error;
    } finally {
      end(outcome);
    }
  } finally {
    slots.release();
  }
}

function describeCall(call: ContainerCall, parsed: ParsedBody) {
  const fields = 'fields' in parsed ? parsed.fields : {};
  const { definition, slots } = call.endpoint;
  return {
    endpoint: definition.name,
    operation: call.operation,
    inputs: digestInputs(fields),
    model: typeof fields['model'] === 'string' && fields['model'] !== '' ? fields['model'] : definition.model,
    concurrency: slots.inUse,
    requestId: call.requestId,
    ...(call.inferenceId !== undefined && { inferenceId: call.inferenceId }),
    ...(typeof fields['priority'] === 'number' && { priority: fields['priority'] }),
  };
}

async function parseBody({ body, contentType, endpoint }: ContainerCall): Promise<ParsedBody> {
  try {
    if (endpoint.definition.engine === 'speech') return { fields: await readSpeechForm(body, contentType) };
    const fields: unknown = JSON.parse(body.toString('utf8'));
    return isFields(fields) ? { fields } : { fault: 'The request body must be a JSON object.' };
  } catch (error) {
    if (error instanceof EngineRejection) return { fault: error.message };
    if (error instanceof SyntaxError) return { fault: `JSON decode error: ${error.message}` };
    throw error;
  }
}

async function answerCall(
  call: ContainerCall,
  parsed: ParsedBody,
  definition: EndpointDefinition,
): Promise<ContainerAnswer> {
  const { fault, signal } = call;
  await waitForFault(fault, signal);
  const isStream = 'fields' in parsed && parsed.fields['stream'] === true;
  const instead = answerInsteadOfEngine(fault, isStream);
  if (instead !== undefined) return instead;
  // A stream stalls between its parts.
  const mayStall =
    call.operation !== 'InvokeEndpointWithResponseStream' && !(call.operation === 'OpenAiRoute' && isStream);
  if (fault?.kind === 'stall' && mayStall) await waitForAbort(signal);
  if ('fault' in parsed) {
    // vLLM's front end words this one itself.
    const { error } = createVllmErrorBody(400, parsed.fault);
    return createJsonAnswer(400, { error: { ...error, type: 'Bad Request' } });
  }
  return generate(call, parsed.fields, definition);
}

async function generate(call: ContainerCall, fields: Fields, definition: EndpointDefinition): Promise<ContainerAnswer> {
  const { fault, signal } = call;
  if (definition.engine === 'speech-emd') {
    await waitForLatency(call);
    return answerEmdWhisper(fields, {
      readObject: (location) => readObject(call, location),
      spend: (work) => spend(call, work),
    });
  }
  try {
    const result = answerByShape(fields, definition, call.requestId);
    await waitForLatency(call);
    if (result.kind === 'complete') {
      await spend(call, result.work);
      return createJsonAnswer(200, result.data);
    }
    const failure =
      fault?.kind === 'error-200' ? { afterChunks: fault.afterParts ?? 0, message: messageOf(fault) } : undefined;
    const { gpu } = call.endpoint;
    const feed = gpu && (() => new TokenFeed(gpu, result.work, signal));
    return createStreamAnswer({
      chunks: result.chunks,
      definition,
      signal,
      ...(feed && { feed }),
      ...(failure && { failure }),
    });
  } catch (error) {
    if (error instanceof EngineRejection) return createJsonAnswer(error.status, error.toBody());
    throw error;
  }
}

async function waitForLatency({ endpoint, signal }: ContainerCall): Promise<void> {
  const { latencyMs } = endpoint.definition;
  if (latencyMs > 0) await delay(latencyMs, undefined, { signal });
}

/** Takes the time that a whole answer would take. */
async function spend({ endpoint, signal }: ContainerCall, work: EngineWork): Promise<void> {
  const { gpu, definition } = endpoint;
  if (gpu !== undefined) return gpu(work, { signal });
  const busyMs = work.kind === 'generate' ? work.outputTokens * definition.tokenDelayMs : 0;
  if (busyMs > 0) await delay(busyMs, undefined, { signal });
}

async function readObject({ readObject: read, signal }: ContainerCall, location: string): Promise<Buffer> {
  if (read === undefined) throw new Error('This container has no access to S3.');
  return read(location, signal);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../faults/fault-plan.js';
import { createVllmErrorBody } from '../../engines/engine-rejection.js';
import { createJsonAnswer, type ContainerAnswer } from './container-answer.js';

const defaultSlowDelayMs = 1000;
const defaultMessage = 'The engine failed because a fault was asked for.';
// A NUL, bytes that are no UTF-8, and no JSON.
const garbage = Buffer.concat([Buffer.from([0x00, 0xff, 0xfe, 0xc3, 0x28]), Buffer.from('<this is no answer')]);

/** The answer of a container that a fault keeps from working, or undefined where it works. */
export function answerInsteadOfEngine(fault: Fault | undefined, isStream: boolean): ContainerAnswer | undefined {
  if (fault?.kind === 'error') return answerWithError(fault);
  if (fault?.kind === 'garbage') {
    const body = fault.message === undefined ? garbage : Buffer.from(fault.message);
    return { status: 200, contentType: 'application/json', body };
  }
  // A stream carries its error inside, after the chunks that were asked for.
  if (fault?.kind !== 'error-200' || isStream) return undefined;
  return createJsonAnswer(200, { object: 'error', ...createVllmErrorBody(500, messageOf(fault)).error });
}

export function messageOf(fault: Fault): string {
  return fault.message ?? defaultMessage;
}

/** The time that a fault adds before the first byte. */
export async function waitForFault(fault: Fault | undefined, signal: AbortSignal): Promise<void> {
  const delayMs = fault?.delayMs ?? (fault?.kind === 'slow' ? defaultSlowDelayMs : 0);
  if (delayMs > 0) await delay(delayMs, undefined, { signal });
}

/** Never resolves; rejects when the signal aborts. */
export async function waitForAbort(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** A message of the fault is the container's whole body, so that any body can be asked for. */
function answerWithError(fault: Fault): ContainerAnswer {
  const status = fault.status ?? 500;
  if (fault.message === undefined) return createJsonAnswer(status, createVllmErrorBody(status, defaultMessage));
  return { status, contentType: 'text/plain', body: Buffer.from(fault.message) };
}

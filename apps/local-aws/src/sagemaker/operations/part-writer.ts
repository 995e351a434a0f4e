import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Fault } from '../../faults/fault-plan.js';
import { waitForAbort } from '../containers/container-faults.js';
import { encodePayloadPart, encodeStreamException } from '../wire/event-stream.js';
import { sendAndCut } from './send-and-cut.js';

const interruptions: ReadonlySet<string> = new Set(['stall', 'cut', 'stream-error', 'stream-internal-failure']);

export interface PartWriterOptions {
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly fault: Fault | undefined;
}

/** Writes PayloadParts until the stream ends or the fault that was asked for interrupts it. */
export class PartWriter {
  private readonly options: PartWriterOptions;
  private parts = 0;
  private bytes = 0;
  private interrupted = false;

  constructor(options: PartWriterOptions) {
    this.options = options;
  }

  /** Whether the fault has ended the answer: nothing more may be written. */
  get isInterrupted(): boolean {
    return this.interrupted;
  }

  async write(payload: Buffer): Promise<void> {
    const { fault, response, signal } = this.options;
    if (fault !== undefined && interruptions.has(fault.kind)) {
      if (this.parts >= (fault.afterParts ?? (fault.afterBytes === undefined ? 0 : Infinity)))
        return this.interrupt(fault);
    }
    const frame = encodePayloadPart(payload);
    const bytesLeft =
      fault?.kind === 'cut' && fault.afterBytes !== undefined ? fault.afterBytes - this.bytes : Infinity;
    if (frame.length > bytesLeft) {
      this.interrupted = true;
      return sendAndCut(response, frame.subarray(0, bytesLeft));
    }
    this.parts += 1;
    this.bytes += frame.length;
    signal.throwIfAborted();
    if (!response.write(frame)) await once(response, 'drain', { signal });
  }

  /** Ends the answer; a fault that waited for more parts than there were strikes now. */
  async end(): Promise<void> {
    const { fault, response } = this.options;
    if (this.interrupted) return;
    if (fault !== undefined && interruptions.has(fault.kind)) await this.interrupt(fault);
    else response.end();
  }

  private async interrupt(fault: Fault): Promise<void> {
    const { response, signal } = this.options;
    this.interrupted = true;
    if (fault.kind === 'stall') await waitForAbort(signal);
    else if (fault.kind === 'cut') await sendAndCut(response, Buffer.alloc(0));
    else if (fault.kind === 'stream-error') {
      const Message = fault.message ?? 'The model stream was broken because a fault was asked for.';
      response.end(encodeStreamException('ModelStreamError', { Message, ErrorCode: 'StreamBroken' }));
    } else {
      const Message = fault.message ?? 'The stream processing failed because of an unknown error.';
      response.end(encodeStreamException('InternalStreamFailure', { Message }));
    }
  }
}

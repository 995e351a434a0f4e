import {
  OutstandingCalls,
  type OutstandingClaim,
  type OutstandingGrant,
} from '../async-chunks/outstanding-calls.port.js';

/** Outstanding calls in this process's memory; `isAway` makes it a Redis that does not answer. */
export class MemoryOutstandingCalls extends OutstandingCalls {
  readonly chunks = new Map<string, number>();
  isAway = false;

  override async claim({ chunk, outstanding, wanted, bound }: OutstandingClaim): Promise<OutstandingGrant | undefined> {
    await Promise.resolve();
    if (this.isAway) return undefined;
    let others = 0;
    for (const [name, count] of this.chunks) if (name !== chunk) others += count;
    const granted = Math.max(0, Math.min(wanted, bound - others - outstanding));
    this.chunks.set(chunk, outstanding + granted);
    return { granted, total: others + outstanding + granted };
  }

  override async release(_endpoint: string, chunk: string): Promise<void> {
    await Promise.resolve();
    this.chunks.delete(chunk);
  }
}

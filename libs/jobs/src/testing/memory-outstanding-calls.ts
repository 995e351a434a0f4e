import {
  OutstandingCalls,
  type OutstandingClaim,
  type OutstandingGrant,
} from '../async-chunks/outstanding-calls.port.js';

interface Entry {
  readonly count: number;
  readonly wantsMore: boolean;
}

/** Outstanding calls in this process's memory; `isAway` makes it a Redis that does not answer. */
export class MemoryOutstandingCalls extends OutstandingCalls {
  private readonly entries = new Map<string, Entry>();
  isAway = false;

  override async claim({ chunk, outstanding, wanted, bound }: OutstandingClaim): Promise<OutstandingGrant | undefined> {
    await Promise.resolve();
    if (this.isAway) return undefined;
    const others = [...this.entries].filter(([name]) => name !== chunk).map(([, entry]) => entry);
    const taken = others.reduce((sum, { count }) => sum + count, 0);
    const share = Math.max(1, Math.floor(bound / (others.length + 1)));
    const isShort = others.some(({ count, wantsMore }) => wantsMore && count < share);
    const room = Math.min(bound - taken - outstanding, isShort ? share - outstanding : Number.POSITIVE_INFINITY);
    const granted = Math.max(0, Math.min(wanted, room));
    this.entries.set(chunk, { count: outstanding + granted, wantsMore: wanted > granted });
    return { granted, total: taken + outstanding + granted };
  }

  override async release(_endpoint: string, chunk: string): Promise<void> {
    await Promise.resolve();
    this.entries.delete(chunk);
  }
}

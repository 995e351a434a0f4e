import type { PlannedChunk } from '#contracts';
import { FirstRequests } from './first-requests.js';
import { encodeBlocks } from './repeat-blocks.js';
import { RepeatPairs } from './repeat-pairs.js';

/** What equal texts are to a job. */
export interface FoundRepeats {
  /** Each with what it has to do with the texts of others. */
  readonly chunks: readonly PlannedChunk[];
  /** What it has to do with them in detail, as it is stored. */
  readonly blocks: Buffer;
}

/** Looks for equal texts while the lines of a job are read. The caller's lines are equal in everything but their text. */
export class RepeatsSearch {
  private readonly firsts = new FirstRequests();
  private readonly pairs = new RepeatPairs();
  private requests = 0;

  /** Takes the text of the next request. */
  take(text: Buffer): void {
    const request = this.requests++;
    const first = this.firsts.firstOf(text, request);
    if (first !== undefined) this.pairs.add(request, first);
  }

  result(chunks: readonly PlannedChunk[]): FoundRepeats {
    return encodeBlocks(this.pairs, chunks);
  }
}

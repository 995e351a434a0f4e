import type { JobPlan, PlannedChunk } from '#contracts';
import { FirstRequests } from './first-requests.js';
import { encodeBlocks } from './repeat-blocks.js';
import { RepeatPairs } from './repeat-pairs.js';

/** What equal texts are to a job. */
export interface FoundRepeats {
  /** Each with what it has to do with the texts of others. */
  readonly chunks: readonly PlannedChunk[];
  /** What it has to do with them in detail, as it is stored. */
  readonly blocks: Buffer;
  /** Requests of each chunk whose text stands nowhere before. */
  readonly distinct: readonly number[];
  /** Bytes of these texts. */
  readonly distinctBytes: number;
}

/** Looks for equal texts while the lines of a job are read. The caller's lines are equal in everything but their text. */
export class RepeatsSearch {
  private readonly firsts = new FirstRequests();
  private readonly pairs = new RepeatPairs();
  private requests = 0;
  private distinctBytes = 0;

  /** Takes the text of the next request. */
  take(text: Buffer): void {
    const request = this.requests++;
    const first = this.firsts.firstOf(text, request);
    if (first === undefined) this.distinctBytes += text.length;
    else this.pairs.add(request, first);
  }

  result(chunks: readonly PlannedChunk[]): FoundRepeats {
    const distinct = chunks.map(({ requests }) => requests);
    this.pairs.each(chunks, (_, __, chunk) => (distinct[chunk] = (distinct[chunk] ?? 0) - 1));
    return { ...encodeBlocks(this.pairs, chunks), distinct, distinctBytes: this.distinctBytes };
  }
}

/** What of a job is embedded where each text is once. */
export function distinctWork({ chunks, distinct, distinctBytes }: FoundRepeats): Pick<JobPlan, 'chunks' | 'textBytes'> {
  return {
    chunks: chunks.map((chunk, index) => ({ ...chunk, requests: distinct[index] ?? 0 })),
    textBytes: distinctBytes,
  };
}

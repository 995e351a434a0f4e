import type { PlannedChunk } from '#contracts';

const INITIAL_PAIRS = 1 << 10;

/** Requests of a job whose text an earlier one has, in the order of the job, each with the first that has it. */
export class RepeatPairs {
  private words = new Uint32Array(INITIAL_PAIRS * 2);
  private length = 0;

  add(request: number, first: number): void {
    if (this.length === this.words.length) {
      const grown = new Uint32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.length++] = request;
    this.words[this.length++] = first;
  }

  /** Gives each pair, and the number of the chunk that its request is in. */
  each(chunks: readonly PlannedChunk[], take: (request: number, first: number, chunk: number) => void): void {
    let chunk = 0;
    for (let at = 0; at < this.length; at += 2) {
      const request = this.words[at] ?? 0;
      while (request >= endOf(chunks[chunk])) chunk++;
      take(request, this.words[at + 1] ?? 0, chunk);
    }
  }
}

function endOf(chunk: PlannedChunk | undefined): number {
  return chunk === undefined ? Infinity : chunk.request + chunk.requests;
}

/** What became of one take of a chunk. */
export type ChunkResult =
  | { readonly kind: 'committed' }
  /** Nothing to do: the chunk is committed already, or its job does not run any more. */
  | { readonly kind: 'gone' }
  /** To be taken again after a while; finished lines are saved. */
  | {
      readonly kind: 'later';
      readonly delayMs: number;
      readonly reason: string;
      /** Chunks of the same job that must share their rows before; once they do, there is nothing to wait for. */
      readonly awaits?: readonly number[];
    };

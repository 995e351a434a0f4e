import type { InferenceReply, Usage } from '../inference.types.js';
import type { ReplyBytes } from '../transport/reply-bytes.js';

/** An answer that is put together only for those who do not take it in pieces. */
export class PiecedReply implements InferenceReply {
  constructor(
    private readonly reply: ReplyBytes,
    readonly usage: Usage | undefined,
  ) {}

  get body(): Buffer {
    return this.reply.body;
  }

  get pieces(): readonly Buffer[] {
    return this.reply.pieces;
  }
}

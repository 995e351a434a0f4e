import type { JsonBody } from '#platform';
import type { Usage } from '../../inference.types.js';
import type { ReplyBytes } from '../../transport/reply-bytes.js';
import type { EmbeddingEncoding } from './embedding-encodings.js';

/** What is asked of a model server in one call. */
export interface EmbeddingsQuestion {
  /** The caller's body. */
  readonly body: JsonBody;
  readonly servedName: string;
  /** JSON text of the inputs of this call, where they are not those of the body. */
  readonly input?: string;
  /** Encoding to ask for. Whoever cannot choose answers in its own. */
  readonly encoding: EmbeddingEncoding;
}

/** A model server's answer, checked but for its numbers. */
export interface EmbeddingsAnswer {
  readonly encoding: EmbeddingEncoding;
  /** JSON text of each embedding, in the order of the inputs. */
  rows(): readonly Buffer[];
  /** Absent when the model server did not count. */
  readonly usage: Usage | undefined;
  /** True when it holds no embeddings at all, so that its encoding means nothing. */
  readonly isEmpty?: boolean;
  /** Length of the `data` member in bytes, where the answer is in OpenAI's shape already. */
  readonly dataBytes?: number;
  /** The answer itself under another model name, where it is in OpenAI's shape already. */
  relay?(model: string): ReplyBytes;
}

/** How one kind of model server is asked for embeddings. */
export interface EmbeddingsDialect {
  /** Whether it can be asked for base64. */
  readonly choosesEncoding: boolean;
  /** Whether inputs may be objects (images, pairs). */
  readonly takesObjects?: boolean;
  /** Path on an HTTP server, where it is not OpenAI's. */
  readonly path?: string;
  encode(question: EmbeddingsQuestion): Buffer;
  /**
   * @param inputs Number of embeddings that are owed; `undefined` where only the model server can tell.
   * @throws UpstreamFailure `upstream_garbage`, or what the answer states about itself.
   */
  read(reply: ReplyBytes, inputs: number | undefined, question: EmbeddingsQuestion): EmbeddingsAnswer;
}

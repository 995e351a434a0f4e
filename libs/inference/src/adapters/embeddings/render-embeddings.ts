import type { Usage } from '../../inference.types.js';
import { ReplyBytes } from '../../transport/reply-bytes.js';

/** JSON text of OpenAI's answer, made of the embeddings' own bytes; megabytes of floats are not copied once more. */
export function renderEmbeddings(rows: readonly Buffer[], model: string, usage: Usage | undefined): ReplyBytes {
  const pieces: Buffer[] = [];
  let before = '{"object":"list","data":[';
  for (const [index, row] of rows.entries()) {
    pieces.push(Buffer.from(`${before}{"object":"embedding","index":${index},"embedding":`), row);
    before = '},';
  }
  // Clients read whole numbers here, also from model servers that do not count.
  const counted = { prompt_tokens: usage?.promptTokens ?? 0, total_tokens: usage?.totalTokens ?? 0 };
  const end = rows.length === 0 ? before : '}';
  pieces.push(Buffer.from(`${end}],"model":${JSON.stringify(model)},"usage":${JSON.stringify(counted)}}`));
  return new ReplyBytes(pieces);
}

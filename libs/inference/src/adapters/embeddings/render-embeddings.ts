import type { Usage } from '../../inference.types.js';

/** JSON text of OpenAI's answer, put together from the embeddings' own bytes. */
export function renderEmbeddings(rows: readonly Buffer[], model: string, usage: Usage | undefined): Buffer {
  const pieces: Buffer[] = [Buffer.from('{"object":"list","data":[')];
  for (const [index, row] of rows.entries()) {
    const comma = index === 0 ? '' : ',';
    pieces.push(Buffer.from(`${comma}{"object":"embedding","index":${index},"embedding":`), row, Buffer.from('}'));
  }
  // Clients read whole numbers here, also from model servers that do not count.
  const counted = { prompt_tokens: usage?.promptTokens ?? 0, total_tokens: usage?.totalTokens ?? 0 };
  pieces.push(Buffer.from(`],"model":${JSON.stringify(model)},"usage":${JSON.stringify(counted)}}`));
  return Buffer.concat(pieces);
}

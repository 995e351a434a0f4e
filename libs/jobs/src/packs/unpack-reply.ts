import { readIndexedRows, renderEmbeddings, type InferenceReply } from '#inference';
import { apportionUsage } from './apportion.js';
import type { Pack } from './pack.types.js';

export interface UnpackedReply {
  /** For each line of the pack, in order, what a call of its own would have been answered. */
  readonly replies: readonly InferenceReply[];
  /** Numbers of an embedding; all of an answer are of one length. */
  readonly dimensions: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BYTES_PER_FLOAT = 4;

/**
 * Deals out the answer to a pack: to each line as many embeddings as it has inputs, their bytes as they came.
 *
 * @param model The name that the answers carry.
 * @throws GatewayError `upstream_garbage` when it is not certain which embedding belongs to which input.
 */
export function unpackReply(pack: Pack, { body, usage }: InferenceReply, model: string): UnpackedReply {
  const rows = readIndexedRows(body, pack.inputs);
  const usages = apportionUsage(
    usage,
    pack.lines.map(({ tokens }) => tokens),
  );
  let at = 0;
  const replies = pack.lines.map(({ inputs }, index) => {
    const own = rows.slice(at, at + inputs.count);
    at += inputs.count;
    return { body: renderEmbeddings(own, model, usages[index]).body, usage: usages[index] };
  });
  return { replies, dimensions: dimensionsOf(rows[0]) };
}

function dimensionsOf(row: Buffer = Buffer.alloc(0)): number {
  if (row[0] === QUOTE) return Math.floor(((row.length - 2) * 3) / 4 / BYTES_PER_FLOAT);
  let commas = 0;
  for (let at = row.indexOf(COMMA); at !== -1; at = row.indexOf(COMMA, at + 1)) commas++;
  return commas + 1;
}

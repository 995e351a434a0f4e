import { garbage } from '../openai/upstream-answers.js';
import { skimJsonObject } from '../openai/skim-json.js';
import { rowsOfData } from './embedding-rows.js';

const WHAT = 'one embedding';

/**
 * JSON text of the embedding in an answer that holds exactly one: its bytes as they came, floats or base64.
 *
 * @throws UpstreamFailure `upstream_garbage` when there is none, or more than one.
 */
export function readOnlyEmbedding(answer: Buffer): Buffer {
  const data = skimJsonObject(answer)?.body.raw('data');
  if (data === undefined) throw garbage(WHAT);
  const [row, ...others] = rowsOfData(data);
  if (row === undefined || others.length > 0) throw garbage(WHAT);
  return row;
}

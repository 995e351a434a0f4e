import type { Operation } from '../inference.types.js';
import type { ModelEntry, TransportName } from './model-entry.types.js';

/** Whether an answer is wanted in one piece or as it comes. */
export type AnswerMode = 'whole' | 'stream';

const WHOLE: readonly TransportName[] = ['invoke', 'openai-route', 'http', 'async'];
const STREAM: readonly TransportName[] = ['openai-route', 'invoke-stream', 'http'];

/**
 * The way by which an entry gives such an answer; `undefined` when it has none. Whole answers take the first that the
 * entry lists; streams take the OpenAI route where it is listed, which costs a third of the event stream.
 */
export function chooseTransport(
  { transports }: Pick<ModelEntry, 'transports'>,
  operation: Operation,
  mode: AnswerMode,
): TransportName | undefined {
  const [preferred, able] = mode === 'whole' ? [transports, WHOLE] : [STREAM, transports];
  for (const name of preferred) {
    // SageMaker's OpenAI route knows chat completions only.
    if (able.includes(name) && (name !== 'openai-route' || operation === 'chat')) return name;
  }
  return undefined;
}

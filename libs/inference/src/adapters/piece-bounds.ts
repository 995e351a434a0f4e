import type { ModelEntry } from '../catalog/model-entry.types.js';

/** How long the pieces are that a long recording is cut into for a model. */
export interface PieceBounds {
  readonly targetSeconds: number;
  readonly maxSeconds: number;
}

/** vLLM's whisper hears 30 s at a time; what is longer it cuts itself, and loses words there. */
const WINDOW: PieceBounds = { targetSeconds: 26, maxSeconds: 30 };
/** EMD's whisper loads its model anew for every call, which long pieces make up for. */
const WHOLE_MINUTES: PieceBounds = { targetSeconds: 540, maxSeconds: 600 };

export function pieceBounds({ adapter }: Pick<ModelEntry, 'adapter'>): PieceBounds {
  return adapter === 'emd-whisper' ? WHOLE_MINUTES : WINDOW;
}

import type { ModelType } from '../model-entry.types.js';
import { EMD_MODEL_TYPES } from './emd-model-types.js';

/** What the names of open models say of them; the first that fits counts, so rerankers come before embeddings. */
const PATTERNS: readonly (readonly [RegExp, ModelType])[] = [
  [/rerank|cross-?encoder/i, 'rerank'],
  [/embed|^(bge|gte|bce|gme|e5|m3e|nomic|stella)-|sentence-?transformers|all-MiniLM/i, 'embedding'],
  [/whisper|(^|[-_])asr([-_]|$)|parakeet|canary-\d/i, 'transcription'],
  [/(^|[-_\d])vl([-_\d]|$)|internvl|llava|vision|pixtral|gemma-3-(4|12|27)b|-ocr|ocr$|minicpm-[vo]/i, 'vision'],
  [/stable-?diffusion|flux|txt2|text-?to-?(image|video)|comfyui/i, 'custom'],
];

/** The type of a model by its name without the tag: EMD's own list first, then what such names usually say, else chat. */
export function guessModelType(name: string): ModelType {
  const known = EMD_MODEL_TYPES.get(name);
  if (known !== undefined) return known;
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return PATTERNS.find(([pattern]) => pattern.test(bare))?.[1] ?? 'chat';
}

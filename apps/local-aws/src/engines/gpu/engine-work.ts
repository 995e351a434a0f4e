import type { EncodeWork } from './encode-model.js';
import type { GenerateWork } from './generate-model.js';
import type { TranscribeWork } from './transcribe-model.js';

/** How much of what a call asks of a model. */
export type EngineWork =
  | ({ readonly kind: 'generate' } & GenerateWork)
  | ({ readonly kind: 'encode' } & EncodeWork)
  | ({ readonly kind: 'transcribe' } & TranscribeWork);

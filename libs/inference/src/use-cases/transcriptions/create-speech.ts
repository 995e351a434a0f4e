import type { Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import type { Catalog } from '../../catalog/catalog.js';
import type { Transport } from '../../transport/transport.port.js';
import type { UseCaseOptions } from '../use-case-options.js';
import { Transcriptions } from './transcriptions.use-case.js';

/** What can be asked of models with a recording. */
export interface SpeechUseCases {
  readonly transcriptions: Transcriptions;
  readonly translations: Transcriptions;
}

export interface SpeechParts {
  readonly catalog: Catalog;
  readonly transport: Transport;
  readonly options: UseCaseOptions;
  /** Where audio is put for containers that fetch it. */
  readonly exchange: ObjectExchange | undefined;
  readonly logger: Logger;
}

export function createSpeech({ catalog, transport, options, exchange, logger }: SpeechParts): SpeechUseCases {
  const shared = { ...options, exchange, logger };
  return {
    transcriptions: new Transcriptions(catalog, transport, { ...shared, task: 'transcribe' }),
    translations: new Transcriptions(catalog, transport, { ...shared, task: 'translate' }),
  };
}

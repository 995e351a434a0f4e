import { ConfigurationError } from '#platform';
import { parseCatalog } from '../catalog/parse-catalog.js';

export const SOURCE = 'models.yaml';

/** A catalog of one entry with these lines. */
export function withEntry(fields: string): string {
  return `models:\n  - ${fields.trim().split('\n').join('\n    ')}\n`;
}

export const SMALL = `
id: bge-m3/dev
type: embedding
target: { kind: sagemaker, endpoint: e }
transports: [invoke]
adapter: openai
`;

export const WHISPER = `
id: whisper-large-v3/dev
type: transcription
target: { kind: sagemaker, endpoint: e }
transports: [async]
adapter: emd-whisper
options: { whisperModel: large }
`;

/** What a catalog is refused with. */
export function complaint(text: string): string {
  try {
    parseCatalog(text, SOURCE);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('the catalog was accepted');
}

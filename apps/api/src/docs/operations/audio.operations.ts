import type { OperationDefinition } from '../openapi.types.js';
import { json, reference } from '../schemas/schema-builders.js';

const plainText = { 'text/plain': { schema: { type: 'string' } } } as const;

function fromAudio(name: string, operationId: string, summary: string): OperationDefinition {
  return {
    method: 'post',
    path: `/v1/audio/${name}`,
    operationId,
    tag: 'Audio',
    summary,
    requestBody: { required: true, content: { 'multipart/form-data': { schema: reference('TranscriptionRequest') } } },
    responses: {
      '200': {
        description: 'The text, in the form that was asked for.',
        content: { ...json(reference('Transcription')), ...plainText },
      },
    },
  };
}

/** Speech to text, for clips that a model takes in one call. */
export const AUDIO_OPERATIONS: readonly OperationDefinition[] = [
  fromAudio('transcriptions', 'createTranscription', 'Write down what is said'),
  fromAudio('translations', 'createTranslation', 'Write down in English what is said'),
];

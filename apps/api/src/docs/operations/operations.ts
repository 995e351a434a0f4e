import type { OperationDefinition } from '../openapi.types.js';
import { AUDIO_OPERATIONS } from './audio.operations.js';
import { JOB_OPERATIONS } from './job.operations.js';
import { MODEL_OPERATIONS } from './model.operations.js';
import { OPERATOR_OPERATIONS } from './operator.operations.js';
import { RESOURCE_OPERATIONS } from './resource.operations.js';
import { UPLOAD_OPERATIONS } from './upload.operations.js';
import { WEBHOOK_OPERATIONS } from './webhook.operations.js';

/** Everything that callers can ask, in the order in which a reader meets it. */
export const OPERATIONS: readonly OperationDefinition[] = [
  ...MODEL_OPERATIONS,
  ...AUDIO_OPERATIONS,
  ...RESOURCE_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...JOB_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...OPERATOR_OPERATIONS,
];

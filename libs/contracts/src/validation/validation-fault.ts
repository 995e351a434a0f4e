import type { ErrorReason } from '../errors/error-codes.js';

/** The first thing that is wrong with a value, in OpenAI's words. */
export interface ValidationFault {
  readonly reason: ErrorReason;
  /** Dotted path of the property at fault; `null` when it is the whole value. */
  readonly param: string | null;
  /** For the caller: names the field and what to send instead. */
  readonly message: string;
}

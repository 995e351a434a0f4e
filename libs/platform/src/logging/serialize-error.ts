import { GatewayError } from '../errors/gateway-error.js';

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

const MAX_CAUSES = 8;

/**
 * An error as the log may hold it. Where its message repeats what a model server said, which may be a prompt, the log
 * has other words for it, and of what caused it only the kind.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, cause } = error;
  if (error instanceof GatewayError && error.logMessage !== undefined) {
    const below = cause instanceof Error ? { cause: cause.name } : {};
    const stack = `${name}: ${error.logMessage}${framesOf(error)}`;
    return { type: name, message: error.logMessage, stack, ...below } satisfies LoggedError;
  }
  return {
    type: name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...('code' in error ? { code: error.code } : {}),
    ...(cause === undefined || depth === MAX_CAUSES ? {} : { cause: serializeError(cause, depth + 1) }),
  } satisfies LoggedError;
}

/** The stack without its first lines, which are the message. */
function framesOf({ stack = '' }: Error): string {
  const start = stack.search(/\n {4}at /);
  return start === -1 ? '' : stack.slice(start);
}

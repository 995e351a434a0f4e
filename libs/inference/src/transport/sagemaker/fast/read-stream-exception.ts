import type { SageMakerFailure } from '../translate-sagemaker-error.js';

/** Reads an exception (`:exception-type` with a JSON payload) or error (`:error-code`, `:error-message`) frame of a stream. */
export function readStreamException(headers: ReadonlyMap<string, string>, payload: Buffer): SageMakerFailure {
  const fields = parseFields(payload.toString('utf8'));
  const { Message: message, ErrorCode: errorCode } = fields;
  return {
    name: headers.get(':exception-type') ?? headers.get(':error-code') ?? '',
    // What breaks off inside a stream has no status of its own and counts as the server's failure.
    status: 500,
    message: typeof message === 'string' ? message : (headers.get(':error-message') ?? ''),
    ...(typeof errorCode === 'string' ? { errorCode } : {}),
  };
}

function parseFields(text: string): { readonly Message?: unknown; readonly ErrorCode?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly Message?: unknown; readonly ErrorCode?: unknown };
  } catch {
    // The headers alone name the exception.
    return {};
  }
}

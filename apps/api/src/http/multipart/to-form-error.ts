import { GatewayError } from '#platform';

/** The form parser's own failures have no code of their own; those of the plugin above it do and pass as they are. */
export function toFormError(error: unknown): unknown {
  if (GatewayError.is(error) || !(error instanceof Error)) return error;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('FST_')) return error;
  return new GatewayError('invalid_request', `The multipart form is not valid: ${error.message}.`, { cause: error });
}

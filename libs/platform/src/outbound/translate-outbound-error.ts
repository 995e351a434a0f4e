import { GatewayError } from '../errors/gateway-error.js';

/** @param signal Bounds the call; its own reason is passed on unless it is the call's time-out. */
export function translateOutboundError(error: unknown, signal: AbortSignal): GatewayError | Error {
  if (GatewayError.is(error)) return error;
  if (signal.aborted) return signal.reason instanceof DOMException ? ofAbort(signal.reason) : (signal.reason as Error);
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return tooSlow(error);
  return new GatewayError('address_unreachable', `The address cannot be reached: ${describe(code)}.`, { cause: error });
}

function ofAbort(reason: DOMException): GatewayError | Error {
  return reason.name === 'TimeoutError' ? tooSlow(reason) : reason;
}

function tooSlow(cause: unknown): GatewayError {
  return new GatewayError('address_too_slow', 'The address did not answer in time.', { cause });
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host cannot be looked up now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
};

function describe(code: string): string {
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER/.test(code)) return 'its certificate is not trusted';
  return WORDS[code] ?? 'the connection failed';
}

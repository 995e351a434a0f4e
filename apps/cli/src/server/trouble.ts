/** What may pass by itself: no connection, a cut one, an overloaded or stopping server. */
export class Trouble extends Error {
  override readonly name = 'Trouble';

  constructor(
    message: string,
    readonly details: {
      /** Whether a server answered at all. */
      readonly answered: boolean;
      /** Whether the attempt got further than the one before. */
      readonly moved?: boolean;
      /** What the server asked to wait. */
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
  }
}

/** What an attempt failed with, where that is the network's fault; nothing else is tried again. */
export function toTrouble(error: unknown, moved = false): unknown {
  const code = codeOf(error);
  if (!isNetworkCode(code)) return error;
  return new Trouble(TEXTS[code] ?? `the connection failed (${code})`, { answered: false, moved, cause: error });
}

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
};
const OTHER_CODES = /^(?:ETIMEDOUT|ECONNABORTED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|UND_ERR_RES_)/;

function isNetworkCode(code: string): boolean {
  return code in TEXTS || OTHER_CODES.test(code);
}

/** With several addresses of a host, the first one's code stands for all. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.cause === undefined ? '' : codeOf(error.cause);
}

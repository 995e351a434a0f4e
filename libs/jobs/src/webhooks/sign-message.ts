import { createHmac, randomBytes } from 'node:crypto';
import { GatewayError } from '#platform';

const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
const HINT_CHARACTERS = 4;

export function newSigningSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Enough to tell two secrets apart, and too little to sign with. */
export function hintOf(secret: string): string {
  return `${SECRET_PREFIX}…${secret.slice(-HINT_CHARACTERS)}`;
}

export interface Message {
  /** Same at every delivery, by which receivers know what they have had already. */
  readonly id: string;
  readonly body: string;
  /** A receiver takes the message when it knows one of them. */
  readonly secrets: readonly string[];
  /** Of this delivery: receivers refuse what is older than some minutes. */
  readonly sentAtMs: number;
}

/** The headers of Standard Webhooks, symmetric signatures (`v1`). */
export function signMessage({ id, body, secrets, sentAtMs }: Message): Record<string, string> {
  const timestamp = String(Math.floor(sentAtMs / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret));
    return `v1,${hmac.update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** An empty key would sign, and anybody could forge it. */
function keyOf(secret: string): Buffer {
  const key = secret.startsWith(SECRET_PREFIX) ? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64') : undefined;
  if (key?.length === SECRET_BYTES) return key;
  throw new GatewayError('internal_error', 'The signing secret of an endpoint cannot be read.');
}

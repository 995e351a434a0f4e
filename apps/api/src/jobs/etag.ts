import { hash } from 'node:crypto';

/** A strong ETag over what is sent: the same body, the same tag, from whichever process. */
export function etagOf(body: unknown): string {
  return `"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 27)}"`;
}

import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** One call for many ids: asking the system for 16 bytes at a time costs more than the rest of the id. */
const pool = Buffer.allocUnsafe(ID_BYTES * 256);
let at = pool.length;

/** `req_` and 32 hexadecimal digits, as OpenAI's ids look. */
export function newRequestId(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const id = `req_${pool.toString('hex', at, at + ID_BYTES)}`;
  at += ID_BYTES;
  return id;
}

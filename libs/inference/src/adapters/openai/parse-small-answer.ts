/** Beyond this an answer is no error's text. */
const MAX_BYTES = 64 * 1024;

/** The value of a short answer; `undefined` when it is long or no JSON. */
export function parseSmallAnswer(bytes: Buffer): unknown {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const SECONDS = /^\d{1,9}$/;
/** Else a parser of dates finds one in nearly everything. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d/;

/** Milliseconds that a `Retry-After` of seconds or of a date asks for; `undefined` where there is none that makes sense. */
export function readRetryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (SECONDS.test(header)) return Number(header) * 1000 || undefined;
  const waitMs = HTTP_DATE.test(header) ? Date.parse(header) - nowMs : 0;
  return waitMs > 0 ? waitMs : undefined;
}

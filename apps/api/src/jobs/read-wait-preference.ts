/** Longest wait, whatever is asked for: what load balancers grant a silent answer by default. */
const MAX_WAIT_SECONDS = 60;

/**
 * Seconds that a request's `Prefer: wait=N` (RFC 7240) asks to wait, bounded; `undefined` where it asks for none. What
 * cannot be read is passed over, as the RFC has it.
 */
export function readWaitPreference(header: string | string[] | undefined): number | undefined {
  const preferences = [header ?? []].flat().join(',').split(',');
  for (const preference of preferences) {
    const [name = '', value = ''] = preference.split(';')[0]?.split('=') ?? [];
    if (name.trim().toLowerCase() !== 'wait') continue;
    const seconds = /^\s*"?(\d{1,9})"?\s*$/.exec(value)?.[1];
    return seconds === undefined ? undefined : Math.min(MAX_WAIT_SECONDS, Number(seconds));
  }
  return undefined;
}

import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

/** Looks until there is something. Looks that fail are passed over, since parts are broken on purpose. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>, timeoutMs = 90_000): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  let last = 'nothing';
  while (Date.now() < giveUpAt) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      last = 'nothing';
    } catch (error) {
      last = String(error);
    }
    await delay(LOOK_MS);
  }
  throw new Error(`${what} was not seen within ${timeoutMs} ms; the last look found: ${last}`);
}

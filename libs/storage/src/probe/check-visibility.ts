import type { Probe } from './probe.types.js';
import { readText } from './read-text.js';
import { settleAll } from './settle-all.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

const OBJECTS = 4;

/** A finished write, overwrite or delete is what the very next read and listing show. */
export async function checkVisibility(probe: Probe): Promise<void> {
  await settleAll(Array.from({ length: OBJECTS }, (_, index) => checkObject(probe, `${probe.prefix}visible-${index}`)));
}

async function checkObject(probe: Probe, key: string): Promise<void> {
  const { store, signal } = probe;
  probe.keys.add(key);
  for (const text of ['old', 'new']) {
    await store.put(key, text, { signal });
    const [stored, listed] = await Promise.all([readText(probe, key), isListed(probe, key)]);
    if (stored?.text !== text) throw new UnmetGuarantee('A read right after a write did not see it.');
    if (!listed) throw new UnmetGuarantee('A listing right after a write did not show the object.');
  }
  await store.delete([key], { signal });
  const [stored, listed] = await Promise.all([readText(probe, key), isListed(probe, key)]);
  if (stored !== undefined || listed) throw new UnmetGuarantee('An object that was deleted is still there.');
}

async function isListed(probe: Probe, key: string): Promise<boolean> {
  const { objects } = await probe.store.list(key, { limit: 1, signal: probe.signal });
  return objects.some((object) => object.key === key);
}

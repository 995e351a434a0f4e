import { objectKeys } from '#contracts';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/** Longer than any event is tried; a finaliser that comes later than that does not come. */
const SETTLED_MS = 40 * 86_400_000;

/** Removes the notes by which an event is not delivered again. */
export async function* collectSettledWebhooks(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store } = options;
  for await (const { objects } of listPages(store, objectKeys.webhooksSettled(tenant))) {
    const old = objects
      .filter(({ lastModified }) => options.now() - lastModified.getTime() > SETTLED_MS)
      .map(({ key }) => key);
    if (old.length > 0) {
      await store.delete(old);
      options.onRemoved('settled_webhook', old.length);
    }
    yield;
  }
}

import { objectKeys } from '#contracts';
import { CLOCK_SKEW_MS, type GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/** Keys are remembered for a day, first tries for less. */
const NOTE_LIFE_MS = 86_400_000 + CLOCK_SKEW_MS;

/** Removes the notes by which creates that are sent again are known. */
export async function* collectCreates(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store } = options;
  for await (const { objects } of listPages(store, objectKeys.creates(tenant))) {
    const old = objects
      .filter(({ lastModified }) => options.now() - lastModified.getTime() > NOTE_LIFE_MS)
      .map(({ key }) => key);
    if (old.length > 0) {
      await store.delete(old);
      options.onRemoved('create_note', old.length);
    }
    yield;
  }
}

import type { ObjectStore } from '#storage';
import { listPages } from './list-pages.js';

/** Removes all objects under a prefix, a page at a time; yields how many each page had. */
export async function* removePrefix(store: ObjectStore, prefix: string): AsyncGenerator<number> {
  for await (const { objects } of listPages(store, prefix)) {
    if (objects.length === 0) continue;
    await store.delete(objects.map(({ key }) => key));
    yield objects.length;
  }
}

import { objectKeys } from '#contracts';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/** A recording's own files last a day, and a request for it is sent again within minutes. */
const JOIN_MS = 2 * 86_400_000;

/** Removes the notes by which a request for a recording that is sent again finds its job. */
export async function* collectJoins(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store } = options;
  for await (const { objects } of listPages(store, objectKeys.recordingJoins(tenant))) {
    const old = objects
      .filter(({ lastModified }) => options.now() - lastModified.getTime() > JOIN_MS)
      .map(({ key }) => key);
    if (old.length > 0) {
      await store.delete(old);
      options.onRemoved('recording_join', old.length);
    }
    yield;
  }
}

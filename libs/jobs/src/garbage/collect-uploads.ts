import { objectKeys } from '#contracts';
import { isGarbage } from '../uploads/upload-life.js';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/** Removes what uploads have left. Their ids say how old they are, so nothing is read; a part that comes late is found by the next pass. */
export async function* collectUploads(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store } = options;
  const places = [
    { what: 'parts', prefix: objectKeys.uploads(tenant) },
    { what: 'record', prefix: objectKeys.uploadRecords(tenant) },
  ] as const;
  for (const { what, prefix } of places) {
    for await (const { objects } of listPages(store, prefix)) {
      const old = objects
        .map(({ key }) => key)
        .filter((key) => isGarbage(what, key.slice(prefix.length).split('/')[0] ?? '', options.now()));
      if (old.length > 0) {
        await store.delete(old);
        options.onRemoved('upload', old.length);
      }
      yield;
    }
  }
}

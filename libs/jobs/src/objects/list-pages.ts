import type { ListPage, ObjectStore } from '#storage';

/** All pages under a prefix, read as they are asked for. */
export async function* listPages(store: ObjectStore, prefix: string, delimiter?: string): AsyncGenerator<ListPage> {
  let startAfter: string | undefined;
  for (;;) {
    const page = await store.list(prefix, {
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(delimiter === undefined ? {} : { delimiter }),
    });
    yield page;
    startAfter = [page.objects.at(-1)?.key ?? '', page.prefixes.at(-1) ?? ''].toSorted().at(-1);
    if (!page.truncated || !startAfter) return;
  }
}

import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../faults/create-seeded-random.js';
import { toByteOrder } from './byte-order.js';
import { type ListPage, listPage, type ListQuery } from './list-page.js';
import type { ListedObject } from './object-record.js';
import { SortedIndex } from './sorted-index.js';

function createIndex(keys: readonly string[]): SortedIndex<ListedObject> {
  const index = new SortedIndex<ListedObject>();
  for (const key of keys) {
    index.set(toByteOrder(key), { key, size: 0, etag: '', lastModifiedMs: 0, storageClass: 'STANDARD' });
  }
  return index;
}

/** All names of a listing in the order of their pages, groups after the keys of a page. */
function listAll(index: SortedIndex<ListedObject>, query: Omit<ListQuery, 'continueAt'>): string[] {
  const names: string[] = [];
  let continueAt: string | undefined;
  do {
    const page: ListPage = listPage(index, { ...query, ...(continueAt === undefined ? {} : { continueAt }) });
    expect(page.objects.length + page.commonPrefixes.length).toBeLessThanOrEqual(query.maxKeys);
    names.push(...page.objects.map(({ key }) => key), ...page.commonPrefixes);
    continueAt = page.nextPosition;
  } while (continueAt !== undefined);
  return names;
}

/** What S3 promises, said the slow way. */
function expectedNames(
  keys: readonly string[],
  { prefix, delimiter, startAfter }: Omit<ListQuery, 'maxKeys'>,
): string[] {
  const names = keys
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) > 0)
    .map((key) => {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + delimiter.length);
    })
    .filter((name) => name !== startAfter);
  return [...new Set(names)].sort();
}

describe('listPage', () => {
  it('gives every key and group exactly once, whatever prefix, delimiter, start and page length', () => {
    const random = createSeededRandom(5);
    const pick = (choices: string): string => {
      const characters = Array.from(choices);
      return characters[Math.floor(random() * characters.length)] ?? '';
    };
    const text = (maxLength: number): string =>
      Array.from({ length: Math.floor(random() * maxLength) }, () => pick('ab/é~😀')).join('');
    for (let round = 0; round < 300; round++) {
      const keys = [...new Set(Array.from({ length: 40 }, () => text(6) || 'a'))];
      const startAfter = random() < 0.5 ? '' : text(4);
      const query = {
        prefix: text(3),
        delimiter: pick('//é ').trim(),
        startAfter,
        maxKeys: 1 + Math.floor(random() * 7),
      };
      expect(listAll(createIndex(keys), query).sort()).toEqual(expectedNames(keys, query));
    }
  });

  it('keeps pages in order and says on the last one that there is no more', () => {
    const index = createIndex(['a/1', 'a/2', 'b', 'c/1', 'd']);
    const query = { prefix: '', delimiter: '/', startAfter: '', maxKeys: 2 };
    const first = listPage(index, query);
    expect([first.objects.map(({ key }) => key), first.commonPrefixes, first.lastName]).toEqual([['b'], ['a/'], 'b']);
    const second = listPage(index, { ...query, continueAt: first.nextPosition ?? '' });
    expect([second.objects.map(({ key }) => key), second.commonPrefixes]).toEqual([['d'], ['c/']]);
    expect(second.nextPosition).toBeUndefined();
  });

  it('goes over a group of a hundred thousand keys without looking at each', () => {
    const keys = Array.from({ length: 100_000 }, (_, number) => `big/${number}`);
    const index = createIndex(['a', ...keys, 'z']);
    let visited = 0;
    const counted = new Proxy(index, {
      get(target, property) {
        if (property !== 'from') return Reflect.get(target, property) as unknown;
        return function* (start: string) {
          for (const entry of target.from(start)) {
            visited += 1;
            yield entry;
          }
        };
      },
    });
    const page = listPage(counted, { prefix: '', delimiter: '/', startAfter: '', maxKeys: 1000 });
    expect(page.objects.map(({ key }) => key)).toEqual(['a', 'z']);
    expect(page.commonPrefixes).toEqual(['big/']);
    expect(visited).toBeLessThan(10);
  });
});

import { afterKey, afterPrefix, fromByteOrder, toByteOrder } from './byte-order.js';
import type { ListedObject } from './object-record.js';
import type { SortedIndex } from './sorted-index.js';

export interface ListQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Only keys behind this one, and behind the group that it names. Empty for all. */
  readonly startAfter: string;
  /** Where an earlier page ended; takes the place of startAfter. */
  readonly continueAt?: string;
  readonly maxKeys: number;
}

export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page begins, in byte order; undefined on the last page. */
  readonly nextPosition: string | undefined;
  /** The last key or common prefix on this page. */
  readonly lastName: string | undefined;
}

/** One page of a listing. Keys that share a prefix up to the delimiter are one entry, and are skipped over whole. */
export function listPage(index: SortedIndex<ListedObject>, query: ListQuery): ListPage {
  const prefix = toByteOrder(query.prefix);
  const delimiter = toByteOrder(query.delimiter);
  const objects: ListedObject[] = [];
  const commonPrefixes: string[] = [];
  let position = startPosition(query, prefix, delimiter);
  let lastName: string | undefined;
  const page = (nextPosition: string | undefined): ListPage => ({ objects, commonPrefixes, nextPosition, lastName });
  if (query.maxKeys === 0) return page(undefined);
  for (;;) {
    let group: string | undefined;
    for (const [key, object] of index.from(position)) {
      if (!key.startsWith(prefix)) return page(undefined);
      if (objects.length + commonPrefixes.length === query.maxKeys) return page(position);
      group = groupOf(key, prefix, delimiter);
      if (group !== undefined) break;
      objects.push(object);
      lastName = object.key;
      position = afterKey(key);
    }
    if (group === undefined) return page(undefined);
    lastName = fromByteOrder(group);
    commonPrefixes.push(lastName);
    position = afterPrefix(group);
  }
}

function startPosition(query: ListQuery, prefix: string, delimiter: string): string {
  const startAfter = toByteOrder(query.startAfter);
  const group = groupOf(startAfter, prefix, delimiter);
  const behind = group === startAfter ? afterPrefix(startAfter) : afterKey(startAfter);
  const position = query.continueAt ?? (startAfter === '' ? '' : behind);
  return position > prefix ? position : prefix;
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

import type { ListPage, ObjectSummary } from '../object-store.port.js';
import { compareUtf8 } from './compare-utf8.js';

const MAX_PAGE = 1_000;

export interface PageRequest {
  readonly prefix: string;
  readonly startAfter?: string;
  readonly limit?: number;
  readonly delimiter?: string;
}

/** What S3 would list of these objects. */
export function listPage(all: Iterable<ObjectSummary>, request: PageRequest): ListPage {
  const { prefix, startAfter, delimiter } = request;
  const limit = Math.min(request.limit ?? MAX_PAGE, MAX_PAGE);
  const passed = delimiter !== undefined && startAfter?.endsWith(delimiter) === true ? startAfter : undefined;
  const candidates = [...all]
    .filter(({ key }) => key.startsWith(prefix) && (startAfter === undefined || compareUtf8(key, startAfter) > 0))
    .filter(({ key }) => passed === undefined || !key.startsWith(passed))
    .sort((left, right) => compareUtf8(left.key, right.key));

  const objects: ObjectSummary[] = [];
  const prefixes = new Set<string>();
  for (const object of candidates) {
    const commonPrefix = commonPrefixOf(object.key, prefix, delimiter);
    if (commonPrefix !== undefined && prefixes.has(commonPrefix)) continue;
    if (objects.length + prefixes.size === limit) return { objects, prefixes: [...prefixes], truncated: true };
    if (commonPrefix === undefined) objects.push(object);
    else prefixes.add(commonPrefix);
  }
  return { objects, prefixes: [...prefixes], truncated: false };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

import { hash } from 'node:crypto';

/** The same for requests that say the same, in whatever order they name their fields. @param request plain JSON */
export function digestRequest(request: unknown): string {
  return hash('sha256', JSON.stringify(request, sortFields), 'base64url');
}

function sortFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

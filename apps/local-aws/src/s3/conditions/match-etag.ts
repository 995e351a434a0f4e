/** Whether an If-Match or If-None-Match list names this ETag; quotes and a weak mark make no difference. */
export function matchEtag(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((entry) => entry === '*' || entry === etag);
}

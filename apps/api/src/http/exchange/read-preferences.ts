/**
 * What a request's `Prefer` (RFC 7240) names, in lower case, with its values; of a preference that stands twice the first
 * counts. Parameters are passed over.
 */
export function readPreferences(header: string | string[] | undefined): ReadonlyMap<string, string> {
  const preferences = new Map<string, string>();
  for (const preference of [header ?? []].flat().join(',').split(',')) {
    const [text = ''] = preference.split(';');
    const [name = '', value = ''] = text.split('=').map((part) => part.trim());
    const key = name.toLowerCase();
    if (key !== '' && !preferences.has(key)) preferences.set(key, value.replace(/^"(.*)"$/, '$1'));
  }
  return preferences;
}

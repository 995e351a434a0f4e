const NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** OpenAI names languages (`english`) where engines give codes (`en`); a name stays as it is. */
export function languageName(language: string): string {
  if (!/^[a-z]{2,3}(?:-[a-z0-9]+)*$/i.test(language)) return language.toLowerCase();
  return (NAMES.of(language) ?? language).toLowerCase();
}

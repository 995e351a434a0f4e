const UNSPACED_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
const UNSPACED = `[${UNSPACED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, 'u');
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u');

/** One text of what segments say, with a blank between them where their script has blanks between words. */
export function joinTexts(texts: readonly string[]): string {
  // Put together at the end: looking at the end of a string that grows would copy all of it each time.
  const parts: string[] = [];
  let before = '';
  for (const text of texts) {
    const trimmed = text.trim();
    if (trimmed === '') continue;
    const isUnspaced = ENDS_UNSPACED.test(before) && BEGINS_UNSPACED.test(trimmed);
    if (before !== '' && !isUnspaced) parts.push(' ');
    parts.push(trimmed);
    before = trimmed.slice(-2);
  }
  return parts.join('');
}

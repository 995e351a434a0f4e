const UNSPACED_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
const UNSPACED = `[${UNSPACED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, 'u');
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u');

/** One text of what segments say, with a blank between them where their script has blanks between words. */
export function joinTexts(texts: readonly string[]): string {
  let joined = '';
  for (const text of texts) {
    const trimmed = text.trim();
    if (trimmed === '') continue;
    const isUnspaced = ENDS_UNSPACED.test(joined.slice(-2)) && BEGINS_UNSPACED.test(trimmed);
    joined += joined === '' || isUnspaced ? trimmed : ` ${trimmed}`;
  }
  return joined;
}

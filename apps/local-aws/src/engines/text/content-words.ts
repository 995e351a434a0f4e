const stopWords = new Set(
  (
    'a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its ' +
    'just me my no not of on or our she so tell than that the their them then there these they this those to us was we ' +
    'were what when where which who whom whose why will with would you your please know remember remind about'
  ).split(' '),
);

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

// Chinese and Japanese write no spaces: there each character counts as a word.
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}])+/gu;

export function listWords(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(word) ?? [];
}

/** A word without the endings that English puts on it, so that "embeddings" meets "embedding" and "called" meets "call". */
export function stemWord(word: string): string {
  if (word.length > 6 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 5 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  return word;
}

/** Stems of the words that carry meaning. */
export function listContentStems(text: string): Set<string> {
  const stems = new Set<string>();
  for (const word of listWords(text)) if (!stopWords.has(word)) stems.add(stemWord(word));
  return stems;
}

const listMark = /\n(?=[^\S\n]*(?:\[\d+\]|[-*#>|]|\d+[.)]|[A-Z][\w ]{0,20}:)\s?)/;

/** Sentences of a text. A single line break inside a paragraph is a space, unless the next line begins a list item. */
export function splitSentences(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .flatMap((block) => block.split(listMark))
    .flatMap((block) => block.replaceAll(/\s+/g, ' ').split(/(?<=[.!?])\s+|(?<=[。！？])/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

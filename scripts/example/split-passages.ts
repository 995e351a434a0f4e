import { flattenTable } from '#scripts/example/flatten-table';

export interface Passage {
  readonly file: string;
  readonly text: string;
}

const AIM_LENGTH = 800;
const MAX_LENGTH = 1200;

/** Paragraphs of one text gathered to about 800 characters, never across a heading, each under the heading that it stands below. */
export function splitPassages(file: string, text: string): Passage[] {
  const passages: Passage[] = [];
  let heading = '';
  let gathered: string[] = [];
  const flush = (): void => {
    if (gathered.length > 0)
      passages.push({ file, text: [heading, ...gathered].filter((part) => part !== '').join('\n') });
    gathered = [];
  };
  for (const paragraph of paragraphsOf(text)) {
    if (/^#{1,6} /.test(paragraph)) {
      flush();
      heading = paragraph.replace(/^#+ /, '');
      continue;
    }
    for (const piece of cut(flattenTable(paragraph))) {
      const length = gathered.reduce((sum, part) => sum + part.length, 0);
      if (length > 0 && length + piece.length > AIM_LENGTH) flush();
      gathered.push(piece);
    }
  }
  flush();
  return passages;
}

function paragraphsOf(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/^(#{1,6} .*)$/gm, '\n\n$1\n\n')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** Cuts a paragraph that is too long, at the end of a line, a sentence or a word. */
function cut(paragraph: string): string[] {
  const pieces: string[] = [];
  let rest = paragraph;
  while (rest.length > MAX_LENGTH) {
    const head = rest.slice(0, AIM_LENGTH);
    const end = [head.lastIndexOf('\n'), head.lastIndexOf('. ') + 1, head.lastIndexOf(' ')].find(
      (at) => at > AIM_LENGTH / 2,
    );
    pieces.push(rest.slice(0, end ?? AIM_LENGTH).trim());
    rest = rest.slice(end ?? AIM_LENGTH).trim();
  }
  return [...pieces, rest];
}

export const MAX_LINE_COLUMNS = 42;
const MAX_LINES = 2;
export const MAX_CUE_COLUMNS = MAX_LINES * MAX_LINE_COLUMNS;

/** Characters that take two columns: those of Chinese, Japanese and Korean. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** What is not broken between two lines. */
export interface LineToken {
  readonly text: string;
  /** Whether it follows the one before without a blank. */
  readonly isJoined: boolean;
}

type Tokens = readonly LineToken[];

export function textColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

export function isWide(text: string): boolean {
  return WIDE.test(text);
}

export function columnsOf(tokens: Tokens): number {
  return tokens.reduce((sum, { text, isJoined }, at) => sum + textColumns(text) + (at === 0 || isJoined ? 0 : 1), 0);
}

export function fitsLines(tokens: Tokens): boolean {
  return columnsOf(tokens) <= MAX_LINE_COLUMNS || breakOf(tokens) !== undefined;
}

/** One line where the text fits, else two of lengths as near to each other as words allow. */
export function toLines(tokens: Tokens): string[] {
  if (columnsOf(tokens) <= MAX_LINE_COLUMNS) return [textOf(tokens)];
  const at = breakOf(tokens);
  return at === undefined ? [textOf(tokens)] : [textOf(tokens.slice(0, at)), textOf(tokens.slice(at))];
}

/** Where to go to the second line; `undefined` where both do not fit anyhow. */
function breakOf(tokens: Tokens): number | undefined {
  let best: { readonly at: number; readonly longer: number } | undefined;
  for (let at = 1; at < tokens.length; at++) {
    const longer = Math.max(columnsOf(tokens.slice(0, at)), columnsOf(tokens.slice(at)));
    if (longer <= MAX_LINE_COLUMNS && (best === undefined || longer < best.longer)) best = { at, longer };
  }
  return best?.at;
}

function textOf(tokens: Tokens): string {
  return tokens.map(({ text, isJoined }, at) => (at === 0 || isJoined ? text : ` ${text}`)).join('');
}

export interface XmlElement {
  /** Local name, without a namespace prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities decoded. */
  readonly text: string;
}

export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError';
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

// S3's own documents are four or five levels deep.
const maxDepth = 32;
const token =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

/**
 * Reads the root element of a document. Attributes are skipped and document types refused: S3 uses neither.
 * @throws XmlSyntaxError
 */
export function readXml(document: string): XmlElement {
  const roots: XmlElement[] = [];
  const open: OpenElement[] = [];
  const close = ({ name, children, text }: OpenElement): void => {
    (open.at(-1)?.children ?? roots).push({ name, children, text });
  };
  token.lastIndex = 0;
  const text = document.replace(/^\uFEFF/, '');
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw new XmlSyntaxError('The document is not well-formed.');
    const [, cdata, closing, opening, , selfClosing, characters] = match;
    if (closing !== undefined) close(popMatching(open, closing));
    else if (opening !== undefined) {
      const started = { name: localName(opening), children: [], text: '' };
      if (selfClosing === '/') close(started);
      else if (open.push(started) > maxDepth) throw new XmlSyntaxError('The document is nested too deeply.');
    } else appendText(open.at(-1), cdata, characters);
  }
  const [root, ...others] = roots;
  if (root === undefined || others.length > 0 || open.length > 0) {
    throw new XmlSyntaxError('The document must have exactly one complete root element.');
  }
  return root;
}

export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

export function childrenNamed(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

function popMatching(open: OpenElement[], closing: string): OpenElement {
  const last = open.pop();
  if (last?.name !== localName(closing)) throw new XmlSyntaxError(`</${closing}> closes nothing.`);
  return last;
}

function appendText(parent: OpenElement | undefined, cdata: string | undefined, characters: string | undefined): void {
  const text = cdata ?? decodeEntities(characters ?? '');
  if (parent !== undefined) parent.text += text;
  else if (text.trim() !== '') throw new XmlSyntaxError('There is text outside the root element.');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const codePoint =
      numeric === null ? NaN : parseInt(numeric[1] ?? numeric[2] ?? '', numeric[1] === undefined ? 10 : 16);
    const decoded =
      numeric === null ? namedEntities[name] : codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
    if (decoded === undefined || !whole.endsWith(';')) throw new XmlSyntaxError(`${whole} is no known entity.`);
    return decoded;
  });
}

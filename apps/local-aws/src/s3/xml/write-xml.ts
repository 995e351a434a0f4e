/** What stands between the tags: text, or elements already written. */
export type XmlContent = string | number | boolean | XmlFragment | readonly XmlFragment[];

/** Markup that is already escaped, so that it cannot be taken for text. */
export class XmlFragment {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** One element; undefined content leaves the element out. */
export function element(name: string, content: XmlContent | undefined): XmlFragment {
  if (content === undefined) return new XmlFragment('');
  return new XmlFragment(`<${name}>${render(content)}</${name}>`);
}

export function xmlDocument(name: string, content: XmlContent): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${render(content)}</${name}>`
  );
}

function render(content: XmlContent): string {
  if (content instanceof XmlFragment) return content.markup;
  if (typeof content === 'object') return content.map(({ markup }) => markup).join('');
  return escapeText(String(content));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters become references: a parser would otherwise fold a carriage return or refuse the document. */
function escapeText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => {
    return entities[character] ?? `&#x${character.charCodeAt(0).toString(16)};`;
  });
}

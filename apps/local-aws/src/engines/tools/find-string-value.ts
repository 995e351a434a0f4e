const placeNames = /city|location|place|country|town|region|where|destination|origin|address/i;
const wholeTextNames = /query|question|text|prompt|message|input|content|search|topic|keyword/i;
// A name that begins with a capital, and the names that follow it: "Paris", "New York", "Rio de Janeiro".
const properName = String.raw`\p{Lu}[\p{L}\p{M}'-]*(?:[ ]+(?:(?:de|la|of|the|da|do)[ ]+)?\p{Lu}[\p{L}\p{M}'-]*)*`;
const placedName = new RegExp(String.raw`\b(?:in|for|at|to|from|near|of)\s+(${properName})`, 'u');
const innerName = new RegExp(String.raw`(?<=[\p{L}\p{N},;:]\s)(${properName})`, 'u');
const expression = /-?\d+(?:\.\d+)?(?:\s*[-+*/x×^]\s*-?\d+(?:\.\d+)?)+/;
const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})/,
  date: /\d{4}-\d{2}-\d{2}/,
  time: /\d{1,2}:\d{2}(?::\d{2})?/,
  email: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/,
  uri: /https?:\/\/[^\s"'<>)]+/,
};

// Some of the patterns take time that grows with the square of the text.
const maxSearchedLength = 4000;

/** What a text says for a string named `name`: after its own name, by its format, in quotes, or a proper name. */
export function findStringValue(name: string, format: unknown, wholeText: string): string | undefined {
  const text = wholeText.slice(0, maxSearchedLength);
  return (
    findFormatted(format, text) ??
    findNamed(name, text) ??
    findExpression(name, text) ??
    /"([^"]+)"|“([^”]+)”|`([^`]+)`/.exec(text)?.slice(1).find(Boolean) ??
    (wholeTextNames.test(name) ? wholeText.trim() : findProperName(name, text))
  );
}

function findProperName(name: string, text: string): string | undefined {
  const placed = placeNames.test(name) ? placedName.exec(text)?.[1] : undefined;
  return placed ?? innerName.exec(text)?.[1];
}

function findExpression(name: string, text: string): string | undefined {
  return /expression|formula|calculation/i.test(name) ? expression.exec(text)?.[0] : undefined;
}

function findFormatted(format: unknown, text: string): string | undefined {
  return typeof format === 'string' ? formats[format]?.exec(text)?.[0] : undefined;
}

/** "name: Ada", "the city is Paris", "with title 'Dune'". */
function findNamed(name: string, text: string): string | undefined {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, ''))
    .filter(Boolean);
  if (words.length === 0) return undefined;
  const pattern = String.raw`\b${words.join(String.raw`[\s_-]+`)}\b\s*(?::|=|\bis\b)\s*(?:"([^"]+)"|'([^']+)'|([^\s,;.?!]+(?:\s+\p{Lu}[^\s,;.?!]*)*))`;
  return new RegExp(pattern, 'iu').exec(text)?.slice(1).find(Boolean);
}

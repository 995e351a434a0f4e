const verb = String.raw`\b(?:reply|respond|answer|say|repeat|return|output|print|write)\b`;
const exactly = String.raw`(?:exactly|only|just|verbatim|precisely|after me|nothing (?:else )?but)`;
// "the word", "these words", "one word", "the following text": names for what follows, not part of it.
const naming = String.raw`(?:(?:the following|the|this|these|one|a)(?: (?:single|exact|following))? (?:words?|text|sentence|string|phrase|number|line|message)|the following|this(?=:)|these(?=:))`;
const filler = String.raw`(?:with|back|to me|${exactly}|${naming})`;
const order = new RegExp(String.raw`${verb}((?:[\s,]+${filler})*)\s*[:,]?[^\S\n]*`, 'gi');
const binding = new RegExp(String.raw`\b(?:${exactly}|(?:with|back) (?:the|this|these|one)(?: single)? words?)\b`, 'i');

const closingQuote: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '«': '»' };

/** "Reply with exactly …", "Say exactly …": what is to be said, or undefined where the text holds no such order. */
export function followExactOrder(text: string): string | undefined {
  for (const match of text.matchAll(order)) {
    if (!binding.test(match[1] ?? '')) continue;
    const payload = extractPayload(text.slice(match.index + match[0].length));
    if (payload !== undefined) return payload;
  }
  return undefined;
}

function extractPayload(rest: string): string | undefined {
  const begun = rest.trimStart();
  const quoted = extractFenced(begun) ?? extractQuoted(begun);
  if (quoted !== undefined) return quoted;
  // What begins on a line of its own may have several.
  if (rest.startsWith('\n')) return begun.trimEnd() || undefined;
  const [line = ''] = rest.split('\n');
  const payload = line
    .replace(/[,;]?\s+(?:and|with)\s+(?:absolutely\s+)?nothing\s+(?:else|more)\b.*$/i, '')
    // One full stop ends the order; a payload of several sentences keeps its own.
    .replace(/^([^.!?]*)\.\s*$/, '$1')
    .trim();
  return /[^\s.!?,;:]/.test(payload) ? payload : undefined;
}

function extractFenced(rest: string): string | undefined {
  return /^```[a-z]*\n?(.*?)\n?```/s.exec(rest)?.[1];
}

function extractQuoted(rest: string): string | undefined {
  const close = closingQuote[rest.charAt(0)];
  if (close === undefined) return undefined;
  for (let end = rest.indexOf(close, 1); end > 0; end = rest.indexOf(close, end + 1)) {
    // An apostrophe inside a word ends nothing.
    if (close !== "'" || !/[\p{L}\p{N}]/u.test(rest.charAt(end + 1))) return rest.slice(1, end);
  }
  return undefined;
}

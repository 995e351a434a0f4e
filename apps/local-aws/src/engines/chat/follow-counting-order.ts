// More than any context window of the stand-in holds; the token limit cuts the rest.
const maxItems = 100_000;

/** "Count from 1 to 20", "Write 300 words", "Say hello 3 times": orders whose answer has a length that the caller chose. */
export function followCountingOrder(text: string): string | undefined {
  return count(text) ?? repeat(text) ?? writeWords(text);
}

function count(text: string): string | undefined {
  const match = /\bcount\s+(?:up\s+)?(?:from\s+(\d+)\s+)?(?:up\s+)?to\s+(\d+)\b/i.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1] ?? 1);
  const length = Math.min(Math.max(Number(match[2]) - first + 1, 0), maxItems);
  return Array.from({ length }, (_, index) => first + index).join(', ');
}

function repeat(text: string): string | undefined {
  const match =
    /\b(?:repeat|say|write)\s+(?:the\s+(?:word|phrase|text)\s+)?(?:"([^"]+)"|'([^']+)'|([\p{L}\p{N}]+))\s+(\d+)\s+times\b/iu.exec(
      text,
    );
  if (match === null) return undefined;
  const phrase = match[1] ?? match[2] ?? match[3] ?? '';
  return Array.from({ length: Math.min(Number(match[4]), maxItems) }, () => phrase).join(' ');
}

function writeWords(text: string): string | undefined {
  const match = /\b(?:write|generate|produce|output)\s+(?:me\s+)?(?:exactly\s+|about\s+)?(\d+)\s+words\b/i.exec(text);
  if (match === null) return undefined;
  return Array.from({ length: Math.min(Number(match[1]), maxItems) }, (_, index) => `word${index + 1}`).join(' ');
}

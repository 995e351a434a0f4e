import { splitSentences } from '../text/split-sentences.js';

export interface ExtractedQuestion {
  readonly question: string;
  /** What else the text says: passages to answer from, facts, instructions. */
  readonly context: string;
}

// A text without a question mark that is longer than this is taken as context whose last paragraph asks.
const maxBareQuestionLength = 200;

/** Parts what a user asks from what the user tells: "Question: …" at the end, the last sentence that asks, or the whole. */
export function extractQuestion(text: string): ExtractedQuestion {
  const marked = findMarkedQuestion(text);
  if (marked !== undefined) return marked;
  const asking = splitSentences(text).findLast((sentence) => /[?？]["')\]]*$/.test(sentence));
  if (asking !== undefined) return { question: asking, context: removeLast(text, asking) };
  if (text.length <= maxBareQuestionLength) return { question: text, context: '' };
  const lastBreak = text.trimEnd().lastIndexOf('\n\n');
  if (lastBreak < 0) return { question: text, context: '' };
  return { question: text.slice(lastBreak).trim(), context: text.slice(0, lastBreak) };
}

/** The last line that says "Question: …". */
function findMarkedQuestion(text: string): ExtractedQuestion | undefined {
  const lines = text.split('\n');
  const mark = /^\s*(?:user\s+)?(?:question|query)\s*:\s*(?=\S)/i;
  const index = lines.findLastIndex((line) => mark.test(line));
  const line = lines[index];
  if (line === undefined) return undefined;
  return { question: line.replace(mark, ''), context: lines.toSpliced(index, 1, '').join('\n') };
}

function removeLast(text: string, sentence: string): string {
  const at = text.lastIndexOf(sentence);
  // A sentence that ran over a line break was joined and is not found as it stands; cutting at its first words is close enough.
  const from = at >= 0 ? at : text.lastIndexOf(sentence.slice(0, 20));
  return from < 0 ? text : text.slice(0, from) + (at >= 0 ? text.slice(at + sentence.length) : '');
}

import { listContentStems } from '../text/content-words.js';
import { splitSentences } from '../text/split-sentences.js';

/** A text that may hold the answer. What the user said of themselves is answered in the second person. */
export interface Source {
  readonly text: string;
  readonly saidByUser: boolean;
}

interface Candidate {
  readonly sentence: string;
  /** `[2]` where the passage that the sentence stands in was numbered. */
  readonly label: string;
  readonly stems: ReadonlySet<string>;
  readonly saidByUser: boolean;
}

// Below a third of the question's weight the words that are shared are chance.
const minShare = 0.34;
const maxSentenceLength = 600;
const instruction =
  /^(?:please\s+)?(?:answer|use|reply|respond|you are|you're|be |do not|don't|cite|given|remember to)\b/i;

/** The sentence that shares most with the question, weighed by how rare each word is; a second one if it adds words. */
export function answerFromText(question: string, sources: readonly Source[]): string | undefined {
  const asked = askedStems(question);
  const candidates = sources.flatMap(listCandidates);
  if (asked.size === 0 || candidates.length === 0) return undefined;
  const weights = weighStems(asked, candidates);
  const total = sum(asked, weights);
  const best = findBest(candidates, (candidate) => sum(intersect(asked, candidate.stems), weights));
  if (best === undefined || best.score / total < minShare) return undefined;
  const open = new Set([...asked].filter((stem) => !best.candidate.stems.has(stem)));
  const second = findBest(candidates, (candidate) => sum(intersect(open, candidate.stems), weights));
  const chosen =
    second === undefined || second.score / total < minShare ? [best.candidate] : [best.candidate, second.candidate];
  return chosen.map(phrase).join(' ');
}

function askedStems(question: string): Set<string> {
  const stems = listContentStems(question);
  // "Who am I?" asks for the name.
  if (/\bwho\s+am\s+i\b|\bcalled\b/i.test(question)) stems.add('name');
  return stems;
}

function listCandidates(source: Source): Candidate[] {
  let label = '';
  return splitSentences(source.text).flatMap((raw) => {
    const numbered = /^\[(\d+)\]\s*/.exec(raw);
    if (numbered !== null) label = ` [${numbered[1]}]`;
    const sentence = raw.slice(numbered?.[0].length ?? 0).slice(0, maxSentenceLength);
    if (sentence.endsWith(':') || sentence.endsWith('?') || instruction.test(sentence)) return [];
    const stems = listContentStems(sentence);
    if (/\b(?:I am|I'm|[Cc]all me)\s+\p{Lu}/u.test(sentence)) stems.add('name');
    return stems.size === 0 ? [] : [{ sentence, label, stems, saidByUser: source.saidByUser }];
  });
}

function weighStems(stems: ReadonlySet<string>, candidates: readonly Candidate[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const stem of stems) {
    const holders = candidates.filter((candidate) => candidate.stems.has(stem)).length;
    // A word that nothing holds weighs as much as one that a single sentence holds.
    weights.set(stem, Math.log(1 + (candidates.length + 1) / (Math.max(holders, 1) + 0.5)));
  }
  return weights;
}

/** Of equals the last: what was said later corrects what was said before. */
function findBest(candidates: readonly Candidate[], scoreOf: (candidate: Candidate) => number) {
  let best: { candidate: Candidate; score: number } | undefined;
  for (const candidate of candidates) {
    // A long sentence holds many words by chance; the penalty only decides between near equals.
    const score = scoreOf(candidate) * (1 - 0.002 * Math.min(candidate.stems.size, 50));
    if (score > 0 && (best === undefined || score >= best.score)) best = { candidate, score };
  }
  return best;
}

function phrase(candidate: Candidate): string {
  const sentence = candidate.saidByUser ? turnToSecondPerson(candidate.sentence) : candidate.sentence;
  const ended = /[.!?。！？]["')\]]*$/.test(sentence) ? sentence : `${sentence}.`;
  return `${ended}${candidate.label}`;
}

function turnToSecondPerson(sentence: string): string {
  const turned = sentence
    .replace(/^(?:please\s+)?(?:remember|note)(?:\s+that)?[:,]?\s+/i, '')
    .replaceAll(/\bI am\b|\bI'm\b/g, 'you are')
    .replaceAll(/\bI was\b/g, 'you were')
    .replaceAll(/\bI\b|\bme\b/g, 'you')
    .replaceAll(/\bmine\b/gi, 'yours')
    .replaceAll(/\bmy\b/gi, 'your');
  return turned.charAt(0).toUpperCase() + turned.slice(1);
}

function intersect(left: ReadonlySet<string>, right: ReadonlySet<string>): Set<string> {
  return new Set([...left].filter((item) => right.has(item)));
}

function sum(stems: ReadonlySet<string>, weights: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const stem of stems) total += weights.get(stem) ?? 0;
  return total;
}

import { isStopWord, listWords, stemWord } from '../text/content-words.js';

// A stop word that both texts have says little, but it decides between documents that are equal otherwise.
const stopWordWeight = 0.05;
// Documents that hold the query and much else are a little less about it.
const lengthPenalty = 0.02;
const trigramShare = 0.1;

/** How much of the query each document holds, 0 to 1: words weighed by how few of the documents have them. */
export function scoreDocuments(query: string, documents: readonly string[]): number[] {
  const queryStems = stemsOf(query);
  const documentStems = documents.map(stemsOf);
  const weights = new Map(
    [...queryStems.keys()].map((stem) => [stem, weigh(stem, queryStems, documentStems)] as const),
  );
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const queryTrigrams = trigramsOf(queryStems);
  return documentStems.map((stems) => {
    let matched = 0;
    for (const [stem, weight] of weights) if (stems.has(stem)) matched += weight;
    const overlap = total === 0 ? 0 : matched / total;
    const likeness = shareOf(queryTrigrams, trigramsOf(stems));
    return (overlap * (1 - trigramShare) + likeness * trigramShare) / (1 + lengthPenalty * Math.log1p(stems.size));
  });
}

/** Stems of a text, each with whether it is a stop word. */
function stemsOf(text: string): Map<string, boolean> {
  return new Map(listWords(text).map((word) => [stemWord(word), isStopWord(word)]));
}

function weigh(
  stem: string,
  queryStems: ReadonlyMap<string, boolean>,
  documents: readonly ReadonlyMap<string, boolean>[],
): number {
  const holders = documents.filter((document) => document.has(stem)).length;
  const rarity = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
  return queryStems.get(stem) === true ? rarity * stopWordWeight : rarity;
}

function trigramsOf(stems: ReadonlyMap<string, boolean>): Set<string> {
  const trigrams = new Set<string>();
  for (const [stem, isStop] of stems) {
    const padded = `^${stem}$`;
    for (let start = 0; !isStop && start + 3 <= padded.length; start += 1) trigrams.add(padded.slice(start, start + 3));
  }
  return trigrams;
}

function shareOf(wanted: ReadonlySet<string>, held: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let shared = 0;
  for (const item of wanted) if (held.has(item)) shared += 1;
  return shared / wanted.size;
}

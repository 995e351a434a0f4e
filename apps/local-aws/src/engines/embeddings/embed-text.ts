import { isStopWord, listWords, stemWord } from '../text/content-words.js';
import { fnvBasis, hashText, scrambleHash } from './hash-text.js';

// What makes two texts near, in this order: the same words, the same words in a row, words that are spelled alike.
const wordWeight = 1;
const stopWordWeight = 0.15;
const pairWeight = 0.5;
const trigramWeight = 0.2;
const wordSeed = fnvBasis;
const pairSeed = fnvBasis ^ 0x5bd1e995;
const trigramSeed = fnvBasis ^ 0x27d4eb2f;
const tokenSeed = fnvBasis ^ 0x165667b1;

/** A vector of unit length from hashed word and character n-grams: texts that share words are near. */
export function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  let previous = '';
  for (const word of listWords(text)) {
    const stem = stemWord(word);
    const isStop = isStopWord(word);
    add(vector, hashText(stem, 0, stem.length, wordSeed), isStop ? stopWordWeight : wordWeight);
    if (previous !== '')
      add(vector, hashText(stem, 0, stem.length, hashText(previous, 0, previous.length, pairSeed)), pairWeight);
    if (!isStop) addTrigrams(vector, `^${stem}$`);
    previous = stem;
  }
  // Punctuation and white space alone have no words: such a text is the sum of its characters.
  if (previous === '')
    for (let index = 0; index < text.length; index += 1)
      add(vector, hashText(text, index, index + 1, wordSeed), wordWeight);
  return normalise(vector);
}

/** The same for ids of somebody's tokenizer: equal ids make near vectors. */
export function embedTokenIds(ids: readonly number[], dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const id of ids) {
    const name = String(id);
    add(vector, hashText(name, 0, name.length, tokenSeed), wordWeight);
  }
  return normalise(vector);
}

function addTrigrams(vector: Float32Array, padded: string): void {
  for (let start = 0; start + 3 <= padded.length; start += 1) {
    add(vector, hashText(padded, start, start + 3, trigramSeed), trigramWeight);
  }
}

/** The sign is drawn from the hash as well, so that features that fall on one place cancel as often as they add. */
function add(vector: Float32Array, hash: number, weight: number): void {
  const mixed = scrambleHash(hash);
  const place = (mixed >>> 1) % vector.length;
  vector[place] = (vector[place] ?? 0) + ((mixed & 1) === 0 ? weight : -weight);
}

function normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  // Features may cancel out wholly in a vector of few dimensions; a model would still answer a unit vector.
  if (squares === 0) vector[0] = squares = 1;
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) * scale;
  return vector;
}

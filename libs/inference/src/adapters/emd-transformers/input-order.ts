import { isObject } from '../openai/is-object.js';

type Kind = 'text' | 'image' | 'multimodal';

const ORDER: readonly Kind[] = ['text', 'image', 'multimodal'];

/**
 * For each input the place of its embedding in the answer: EMD's backend for bge-vl embeds all texts first, then all
 * images, then all pairs, and answers in that order.
 *
 * @param input A decoded `input` array.
 */
export function placesInAnswer(input: readonly unknown[]): readonly number[] {
  const kinds = input.map(kindOf);
  const answered = ORDER.flatMap((kind) => kinds.flatMap((each, index) => (each === kind ? [index] : [])));
  const places = Array.from<number>({ length: input.length });
  for (const [place, index] of answered.entries()) places[index] = place;
  return places;
}

function kindOf(item: unknown): Kind {
  const type = isObject(item) ? item['type'] : 'text';
  return type === 'image' || type === 'multimodal' ? type : 'text';
}

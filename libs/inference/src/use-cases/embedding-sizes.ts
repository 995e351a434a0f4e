import type { JsonBody } from '#platform';
import { rowBytes } from '../adapters/embeddings/row-sizes.js';
import type { EmbeddingsAnswer } from '../adapters/embeddings/embeddings-dialect.js';
import { optionalValue } from '../adapters/openai/field-checks.js';

/** How long each model's embeddings are, learned from its answers. */
export class EmbeddingSizes {
  private readonly dimensions = new Map<string, number>();

  /** Number of floats of an embedding; `undefined` before the first answer. */
  of(model: string, body: JsonBody): number | undefined {
    const asked = optionalValue(body, 'dimensions');
    return typeof asked === 'number' ? asked : this.dimensions.get(model);
  }

  learn(model: string, body: JsonBody, { answer, inputs }: { answer: EmbeddingsAnswer; inputs: number }): void {
    if (inputs === 0 || optionalValue(body, 'dimensions') !== undefined) return;
    const data = answer.dataBytes ?? answer.rows().reduce((sum, row) => sum + row.length, 0);
    const perFloat = rowBytes(1, answer.encoding) - rowBytes(0, answer.encoding);
    this.dimensions.set(model, Math.max(1, Math.ceil(data / inputs / perFloat)));
  }
}

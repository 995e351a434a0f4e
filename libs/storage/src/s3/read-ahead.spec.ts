import { describe, expect, it } from 'vitest';
import type { ComposePart } from '../object-store.port.js';
import { readAhead } from './read-ahead.js';
import type { CopySource } from './upload-requests.js';

async function* small(count: number): AsyncGenerator<ComposePart> {
  for (let index = 0; index < count; index++) yield { copy: `${index}`, size: 10 };
}

describe('readAhead', () => {
  it('fetches small pieces beside each other, within a bound, and gives them in order', async () => {
    const waiting: (() => void)[] = [];
    let running = 0;
    let mostRunning = 0;
    const fetchPiece = async ({ key }: CopySource): Promise<Buffer> => {
      mostRunning = Math.max(mostRunning, ++running);
      await new Promise<void>((resolve) => {
        // Answers come in the opposite order of the requests, as soon as the bound is reached.
        waiting.unshift(resolve);
        if (waiting.length === 16) waiting.splice(0).forEach((answer) => answer());
      });
      running -= 1;
      return Buffer.from(key);
    };
    const seen: string[] = [];
    for await (const piece of readAhead(small(32), fetchPiece)) {
      seen.push('bytes' in piece ? piece.bytes.toString() : 'not fetched');
      if (seen.length >= 16) waiting.splice(0).forEach((answer) => answer());
    }
    expect(seen).toEqual(Array.from({ length: 32 }, (_, index) => `${index}`));
    expect(mostRunning).toBe(16);
  });

  it('leaves large pieces to the server and skips empty ones', async () => {
    async function* parts(): AsyncGenerator<ComposePart> {
      yield { copy: 'large', size: 6_000_000, range: { first: 10, last: 6_000_009 } };
      yield { copy: 'empty', size: 0 };
    }
    const pieces: unknown[] = [];
    for await (const piece of readAhead(parts(), () => Promise.reject(new Error('fetched')))) pieces.push(piece);
    expect(pieces).toEqual([
      { source: { key: 'large', range: { first: 10, last: 6_000_009 } } },
      { bytes: Buffer.alloc(0) },
    ]);
  });

  it('fails in its turn, after the pieces before', async () => {
    const fetchPiece = ({ key }: CopySource): Promise<Buffer> =>
      key === '2' ? Promise.reject(new Error('lost')) : Promise.resolve(Buffer.from(key));
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const piece of readAhead(small(5), fetchPiece)) seen.push(piece);
    })();
    await expect(reading).rejects.toThrow('lost');
    expect(seen).toHaveLength(2);
  });
});

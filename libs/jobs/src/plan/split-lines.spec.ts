import { describe, expect, it } from 'vitest';
import { splitLines, type InputLine } from './split-lines.js';

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(at, cut);
    at = cut;
  }
}

async function split(bytes: Buffer, cuts: readonly number[] = [], maxLineBytes = 1000): Promise<InputLine[]> {
  return await Array.fromAsync(splitLines(pieces(bytes, cuts), maxLineBytes));
}

const NASTY = Buffer.from(
  '\uFEFFfirst\r\nse\u2028cond\n\n \r\nlone\rreturn\n\u{1F30A}\uFEFF\u0085x\r\r\nlast, without a line feed',
);

describe('splitLines', () => {
  it('cuts at line feeds and nowhere else', async () => {
    const lines = await split(NASTY);
    expect(lines.map(({ bytes }) => bytes.toString())).toEqual([
      'first',
      'se\u2028cond',
      '',
      ' ',
      'lone\rreturn',
      '\u{1F30A}\uFEFF\u0085x\r',
      'last, without a line feed',
    ]);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('finds the same lines wherever the stream is cut, also inside a character', async () => {
    const whole = await split(NASTY);
    for (let cut = 0; cut <= NASTY.length; cut++) expect(await split(NASTY, [cut])).toEqual(whole);
    const everywhere = Array.from({ length: NASTY.length }, (_, index) => index);
    expect(await split(NASTY, everywhere)).toEqual(whole);
  });

  it('gives byte ranges that make up the input, without gap and overlap', async () => {
    const lines = await split(NASTY, [1, 20, 21]);
    const ranges = lines.map(({ first, last }) => NASTY.subarray(first, last + 1));
    expect(Buffer.concat(ranges).equals(NASTY)).toBe(true);
    expect(lines.map(({ first }) => first)).toEqual([0, ...lines.slice(0, -1).map(({ last }) => last + 1)]);
  });

  it('makes no line of an empty input, nor of a final line feed', async () => {
    expect(await split(Buffer.alloc(0))).toEqual([]);
    expect(await split(Buffer.from('a\n'))).toHaveLength(1);
    expect(await split(Buffer.from('a\n\n'))).toHaveLength(2);
  });

  it('takes an input that is only a byte order mark, or one with a carriage return, for a blank line', async () => {
    expect((await split(Buffer.from('\uFEFF'))).map(({ bytes }) => bytes.length)).toEqual([0]);
    expect((await split(Buffer.from('\uFEFF\r\n'))).map(({ bytes }) => bytes.length)).toEqual([0]);
  });

  it('refuses a line that is too long and names it, before all of it has come', async () => {
    const long = Buffer.from(`ok\n${'x'.repeat(101)}`);
    for (const cuts of [[], [3], [50], [103]]) {
      await expect(split(long, cuts, 100)).rejects.toMatchObject({
        reason: 'string_above_max_length',
        details: { line: 2 },
      });
    }
    expect(await split(Buffer.from(`ok\n${'x'.repeat(100)}\n`), [50], 100)).toHaveLength(2);
  });

  it('lets others have their turn, also while the input never makes it wait', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const million = Buffer.from('a\n'.repeat(1_000_000));
    for await (const line of splitLines(pieces(million, []), 10)) if (turns > 1 || line.number > 900_000) break;
    clearImmediate(immediate);
    expect(turns).toBeGreaterThan(1);
  });

  it('ends when its reader leaves', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve();
        pulled++;
        yield Buffer.from('a\n');
      }
    }
    for await (const line of splitLines(endless(), 10)) if (line.number === 3) break;
    expect(pulled).toBe(3);
  });
});

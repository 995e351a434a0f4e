import { describe, expect, it } from 'vitest';
import { requestLine, streamOf } from '../testing/index.js';
import { planBatchInput, type PlannedInput } from './plan-batch-input.js';

const RULES = {
  endpoint: '/v1/embeddings',
  maxLines: 100,
  maxLineBytes: 10_000,
  chunk: { maxLines: 2, maxBytes: 10_000 },
  refuseModel: (model: string) =>
    model === 'gone/dev' ? { code: 'model_not_found', message: `No model '${model}'.` } : undefined,
} as const;

async function plan(text: string | Buffer, rules: { maxLines?: number } = {}) {
  return await planBatchInput(streamOf(text), { ...RULES, ...rules });
}

function errorsOf(planned: PlannedInput) {
  if (planned.ok) throw new Error('the input was accepted');
  return planned.errors.map(({ code, param, line }) => [code, param, line]);
}

const good = (id: string): string => requestLine(id, 'x');

describe('planBatchInput', () => {
  it('cuts an input into ranges that hold its requests, and passes over blank lines and endings', async () => {
    const text = `\uFEFF\r\n${good('a')}\r\n\n  \n${good('b\u2028')}\n${good('c')}`;
    const planned = await plan(text);
    if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
    expect([planned.model, planned.total]).toEqual(['model/dev', 3]);
    const bytes = Buffer.from(text);
    const ranges = planned.chunks.map(({ first, last }) => bytes.subarray(first, last + 1).toString());
    expect(ranges).toEqual([`${good('a')}\r\n\n  \n${good('b\u2028')}\n`, good('c')]);
    expect(planned.chunks.map(({ request, requests }) => [request, requests])).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });

  it('gives short embeddings of a large job larger chunks than those of any length', async () => {
    const lines = (dimensions: string): string =>
      Array.from({ length: 64 }, (_, index) => good(`${index}`).replace('"input"', `${dimensions}"input"`)).join('\n');
    const [short, any] = [await plan(lines('"dimensions":64,')), await plan(lines(''))];
    if (!short.ok || !any.ok) throw new Error('the input was refused');
    expect([short.chunks.length, any.chunks.length]).toEqual([16, 32]);
  });

  it('refuses a file without requests', async () => {
    for (const text of ['', '\n', '\uFEFF', ' \r\n\t\n']) {
      expect(errorsOf(await plan(text))).toEqual([['empty_file', null, null]]);
    }
  });

  it('names every fault with its physical line', async () => {
    const lines = [
      '',
      good('a'),
      '{broken',
      good('a'),
      requestLine('b', 'x', 'other/dev'),
      good('c').replace('"POST"', '"GET"'),
      good('d').replace('/v1/embeddings', '/v1/x'),
    ];
    expect(errorsOf(await plan(lines.join('\n')))).toEqual([
      ['invalid_json_line', null, 3],
      ['duplicate_custom_id', 'custom_id', 4],
      ['model_mismatch', 'body.model', 5],
      ['invalid_method', 'method', 6],
      ['url_mismatch', 'url', 7],
    ]);
  });

  it('finds a custom_id again when it is spelled with escapes', async () => {
    const escaped = good('abc').replace('"abc"', String.raw`"\u0061bc"`);
    expect(errorsOf(await plan(`${good('abc')}\n${escaped}`))).toEqual([['duplicate_custom_id', 'custom_id', 2]]);
  });

  it('refuses bytes that are no UTF-8, on the line where they stand', async () => {
    const broken = Buffer.from(good('b').replace('"x"', '"\u00ff"'), 'latin1');
    const planned = await plan(Buffer.concat([Buffer.from(`${good('a')}\n`), broken]));
    expect(errorsOf(planned)).toEqual([['invalid_json_line', null, 2]]);
  });

  it('refuses a model that cannot serve the batch, once', async () => {
    const lines = ['a', 'b', 'c'].map((id) => requestLine(id, 'x', 'gone/dev'));
    expect(errorsOf(await plan(lines.join('\n')))).toEqual([['model_not_found', 'body.model', 1]]);
  });

  it('refuses a line that is too long, and keeps what was found before', async () => {
    const planned = await plan(`{broken\n${requestLine('a', 'x'.repeat(10_000))}\n${good('b')}`);
    expect(errorsOf(planned)).toEqual([
      ['invalid_json_line', null, 1],
      ['string_above_max_length', null, 2],
    ]);
  });

  it('refuses more requests than are allowed, and takes just as many', async () => {
    const lines = Array.from({ length: 5 }, (_, index) => good(`line-${index}`));
    expect((await plan(lines.join('\n'), { maxLines: 5 })).ok).toBe(true);
    expect(errorsOf(await plan(lines.join('\n'), { maxLines: 4 }))).toEqual([['too_many_tasks', null, 5]]);
  });

  it('reports a hundred faults and reads no further', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve();
        read++;
        yield Buffer.from('broken\n');
      }
    }
    const planned = await planBatchInput(endless(), { ...RULES, maxLines: 1_000_000 });
    expect(errorsOf(planned)).toHaveLength(100);
    expect(read).toBe(100);
  });

  it('lets others have their turn, also while the input never makes it wait', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    async function* untilTurns(): AsyncGenerator<Uint8Array> {
      for (let line = 0; turns < 3 && line < 200_000; line++) {
        yield await Promise.resolve(Buffer.from(`${good(`line-${line}`)}\n`));
      }
    }
    const planned = await planBatchInput(untilTurns(), { ...RULES, maxLines: 1_000_000 });
    clearImmediate(immediate);
    expect(planned.ok).toBe(true);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('passes on a stream that fails', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(`${good('a')}\n`));
      throw new Error('cut');
    }
    await expect(planBatchInput(failing(), RULES)).rejects.toThrow('cut');
  });
});

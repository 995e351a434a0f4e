import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { newBodyLine, newPackLines } from '../testing/index.js';
import { composePack } from './compose-pack.js';
import { groupLines } from './group-lines.js';
import { takePack } from './take-pack.js';
import { unpackReply } from './unpack-reply.js';

const ROOMY = { inputs: 1000, tokens: 1000, bytes: 10_000 };
const USAGE = { promptTokens: 11, completionTokens: 0, totalTokens: 11 };
const pack = takePack(newPackLines('"one"', '["two","three"]', '"four is long"'), 0, ROOMY);

function replyOf(...items: readonly string[]) {
  return { body: Buffer.from(`{"object":"list","data":[${items.join(',')}],"model":"x"}`), usage: USAGE };
}

const item = (index: number, embedding: string): string => `{"index":${index},"embedding":${embedding}}`;

function unpack(...items: readonly string[]) {
  return unpackReply(pack, replyOf(...items), 'model/dev').replies.map(({ body }) => body.toString());
}

describe('composePack', () => {
  it('lists the inputs of all lines in place of that of the first', () => {
    const lines = newPackLines('"a\\"]"', '[ "b" , "c" ]', '"d"');
    const body = composePack(takePack(lines, 0, ROOMY));
    expect(body.bytes.toString()).toBe('{"model":"model/dev","input":["a\\"]", "b" , "c" ,"d"]}');
    expect(body.value('input')).toEqual(['a"]', 'b', 'c', 'd']);
  });

  it('lists token ids', () => {
    const body = composePack(takePack(newPackLines('[1,2]', '[[3],[4,5]]'), 0, ROOMY));
    expect(body.value('input')).toEqual([[1, 2], [3], [4, 5]]);
  });

  it('knows where the members lie that stand behind the input', () => {
    const lines = ['"a"', '["b","c"]'].map((input) => newBodyLine(`{"user":"u","input":${input},"dimensions":64}`));
    const [group = []] = groupLines(lines).groups;
    const body = composePack(takePack(group, 0, ROOMY));
    expect([...body.members]).toEqual([...scanJsonObject(body.bytes).members]);
    expect([body.value('user'), body.value('input'), body.value('dimensions')]).toEqual(['u', ['a', 'b', 'c'], 64]);
  });
});

describe('unpackReply', () => {
  it('gives each line its embeddings, counted from 0, and its share of the usage', () => {
    const { replies } = unpackReply(
      pack,
      replyOf(item(0, '[1.50]'), item(1, '[2e-3]'), item(2, '[-3]'), item(3, '[4]')),
      'model/dev',
    );
    expect(replies.map(({ body }) => body.toString())).toEqual([
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.50]}],"model":"model/dev","usage":{"prompt_tokens":2,"total_tokens":2}}',
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[2e-3]},{"object":"embedding","index":1,"embedding":[-3]}],"model":"model/dev","usage":{"prompt_tokens":5,"total_tokens":5}}',
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[4]}],"model":"model/dev","usage":{"prompt_tokens":4,"total_tokens":4}}',
    ]);
    expect(replies.map(({ usage }) => usage?.totalTokens)).toEqual([2, 5, 4]);
  });

  it('goes by the index of an embedding, not by its place', () => {
    const inOrder = unpack(item(0, '[1]'), item(1, '[2]'), item(2, '[3]'), item(3, '[4]'));
    expect(unpack(item(3, '[4]'), item(1, '[2]'), item(0, '[1]'), item(2, '[3]'))).toEqual(inOrder);
  });

  it.each(['[0.1,-2.5e-10,3]', '[ 0.1 ,\n 2 ]', '"AACAPwAAAEA="', '"with \\"quotes\\", ] and } inside"'])(
    'keeps the bytes of %s',
    (row) => {
      expect(unpack(item(0, row), item(1, row), item(2, row), item(3, row))[0]).toContain(`"embedding":${row}}`);
    },
  );

  it('passes over members that look like embeddings', () => {
    const odd = (index: number): string =>
      `{"object":"embedding","note":{"embedding":[9],"index":7},"text":"\\"embedding\\":[8]","embedding":[${index}],"index":${index}}`;
    expect(unpack(odd(0), odd(1), odd(2), odd(3))[1]).toContain('[{"object":"embedding","index":0,"embedding":[1]},');
  });

  it.each([
    ['an embedding too few', [item(0, '[1]'), item(1, '[2]'), item(2, '[3]')]],
    ['an embedding too many', [0, 1, 2, 3, 4].map((index) => item(index, '[1]'))],
    ['an index that stands twice', [0, 1, 1, 3].map((index) => item(index, '[1]'))],
    ['an index out of bounds', [1, 2, 3, 4].map((index) => item(index, '[1]'))],
    ['an index that is negative', [-1, 1, 2, 3].map((index) => item(index, '[1]'))],
    ['an index that is a fraction', [0.5, 1, 2, 3].map((index) => item(index, '[1]'))],
    ['no index', ['[1]', '[2]', '[3]', '[4]'].map((row) => `{"embedding":${row}}`)],
    ['one index missing', [item(0, '[1]'), item(1, '[2]'), '{"embedding":[3]}', item(3, '[4]')]],
    ['an embedding that is none', [item(0, '[1]'), item(1, 'null'), item(2, '[3]'), item(3, '[4]')]],
    ['an element that is none', [item(0, '[1]'), '7', item(2, '[3]'), item(3, '[4]')]],
  ])('takes an answer with %s for garbage', (_, items) => {
    expect(() => unpack(...items)).toThrow(expect.objectContaining({ reason: 'upstream_garbage' }));
  });

  it('takes an answer that was cut anywhere for garbage', () => {
    const { body } = replyOf(item(0, '[1]'), item(1, '[2]'), item(2, '"ab\\""'), item(3, '[4]'));
    for (let end = 0; end < body.length; end++) {
      expect(() => unpackReply(pack, { body: body.subarray(0, end), usage: USAGE }, 'm')).toThrow(
        expect.objectContaining({ reason: 'upstream_garbage' }),
      );
    }
  });

  it.each([
    ['[0.25,1e-7,-3]', 3],
    [JSON.stringify(Buffer.alloc(64 * 4).toString('base64')), 64],
  ])('tells how long embeddings are', (row, dimensions) => {
    const items = [0, 1, 2, 3].map((index) => item(index, row));
    expect(unpackReply(pack, replyOf(...items), 'm').dimensions).toBe(dimensions);
  });
});

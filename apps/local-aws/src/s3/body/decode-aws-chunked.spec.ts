import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from './decode-aws-chunked.js';

async function decode(text: string, cutEvery: number): Promise<{ content: string; trailer: Record<string, string> }> {
  const bytes = Buffer.from(text, 'latin1');
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += cutEvery) yield bytes.subarray(at, at + cutEvery);
  }
  const trailer = new Map<string, string>();
  const decoded: Buffer[] = [];
  for await (const piece of decodeAwsChunked(pieces(), { signatures: undefined, hasTrailer: true, trailer })) {
    decoded.push(piece);
  }
  return { content: Buffer.concat(decoded).toString('latin1'), trailer: Object.fromEntries(trailer) };
}

describe('decodeAwsChunked', () => {
  const body = '5\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n';

  it.each([1, 2, 3, 7, 1000])('decodes content and trailer when the network cuts every %i bytes', async (cutEvery) => {
    const decoded = await decode(body, cutEvery);
    expect(decoded).toEqual({ content: 'hello, \r\nworld!', trailer: { 'x-amz-checksum-crc32': 'AAAA==' } });
  });

  it('decodes an empty body, with and without the last empty line', async () => {
    expect((await decode('0\r\n\r\n', 1)).content).toBe('');
    expect((await decode('0\r\n', 1)).content).toBe('');
  });

  it.each([
    ['ends within a chunk', '5\r\nhel'],
    ['ends between chunks', '5\r\nhello\r\n'],
    ['states a smaller size', '4\r\nhello\r\n0\r\n\r\n'],
    ['states no size', 'zz\r\nhello\r\n0\r\n\r\n'],
    ['is not framed at all', 'hello'],
    ['has a head without end', '5'.repeat(5000)],
    ['has a trailer that is no field', '0\r\nnothing\r\n\r\n'],
  ])('refuses a body that %s', async (_description, text) => {
    await expect(decode(text, 3)).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});

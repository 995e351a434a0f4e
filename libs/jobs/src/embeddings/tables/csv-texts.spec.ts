import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { EmbeddingsOrder } from '#contracts';
import { csvTexts } from './csv-texts.js';
import type { TableText } from './table-text.js';

type Order = Pick<EmbeddingsOrder, 'delimiter' | 'textField' | 'idField'>;

async function read(text: string | Buffer, order: Partial<Order> = {}, pieceBytes = 7): Promise<TableText[]> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const input = Readable.from(pieces, { objectMode: false });
  return await Array.fromAsync(csvTexts(input, { textField: null, idField: null, ...order }, 1000));
}

describe('csvTexts', () => {
  it('reads quotes, line breaks inside them, both line endings and blank lines, and tells where each row begins', async () => {
    const text = '\uFEFFid,text\r\n1,"two\r\nlines, and ""quotes"""\r\n\r\n2,plain\n"3","last\n\none"';
    for (const pieceBytes of [1, 7, 1000]) {
      expect(await read(text, {}, pieceBytes)).toEqual([
        { line: 2, id: '1', text: 'two\r\nlines, and "quotes"' },
        { line: 5, id: '2', text: 'plain' },
        { line: 6, id: '3', text: 'last\n\none' },
      ]);
    }
  });

  it('keeps characters that a piece cuts in two', async () => {
    expect(await read('text\nžluťoučký 🐎\n', {}, 1)).toEqual([{ line: 2, text: 'žluťoučký 🐎', id: undefined }]);
  });

  it('looks where it is told to, and takes another delimiter', async () => {
    const order = { delimiter: ';', textField: 'body', idField: 'key' };
    expect(await read('key;text;body\n7;no;yes, it is\n', order)).toEqual([{ line: 2, id: '7', text: 'yes, it is' }]);
  });

  it('tells of each row that has not the fields of the header, and goes on', async () => {
    expect(await read('id,text\n1,a,b\n2,ok\n3\n')).toMatchObject([
      { line: 2, fault: { code: 'invalid_csv_row' } },
      { line: 3, text: 'ok' },
      { line: 4, fault: { code: 'invalid_csv_row' } },
    ]);
  });

  it.each([
    ['id,body\n1,a\n', {}, 'text_field', null, "The columns are 'id', 'body'."],
    ['id,text\n1,a\n', { idField: 'key' }, 'id_field', null, "no column 'key'"],
    ['text\nok\n"never closed\nmore\n', {}, null, 3, 'never closed'],
    ['text\nok\n"a" b\n', {}, null, 3, 'closing quote'],
    ['text\nok\na "b"\n', {}, null, 3, 'inside a field'],
    [`text\nok\n${'x'.repeat(1100)}\n`, {}, null, 3, 'longer than a line'],
    [Buffer.from([0x74, 0x65, 0x78, 0x74, 0x0a, 0x61, 0x0a, 0xff, 0x0a]), {}, null, 2, 'not UTF-8'],
  ])('refuses %j with where and why', async (...refused) => {
    const [text, order, param, line, message] = refused;
    await expect(read(text, order)).rejects.toMatchObject({
      reason: 'invalid_value',
      param,
      details: { line },
      message: expect.stringContaining(message) as string,
    });
  });

  it('has nothing of an empty file or of a header alone', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('id,text\n')).toEqual([]);
  });

  it('ends with the fault of a store that breaks off', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      await Promise.resolve();
      yield Buffer.from('text\na\n');
      throw new Error('the store is away');
    }
    const rows = csvTexts(Readable.from(broken()), { textField: null, idField: null }, 1000);
    await expect(Array.fromAsync(rows)).rejects.toThrow('the store is away');
  });
});
